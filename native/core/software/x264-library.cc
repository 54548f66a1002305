#include "x264-library.h"

#include <dlfcn.h>

namespace porthole {

namespace {

#ifdef PORTHOLE_HAS_X264

#define PORTHOLE_TEXT(value) #value
#define PORTHOLE_NAME_OF(macro) PORTHOLE_TEXT(macro)

#ifdef __APPLE__
constexpr const char* kFile = "libx264." PORTHOLE_NAME_OF(X264_BUILD) ".dylib";
#else
constexpr const char* kFile = "libx264.so." PORTHOLE_NAME_OF(X264_BUILD);
#endif

template <typename Function>
bool Load(void* library, const char* name, Function& function) {
	function = reinterpret_cast<Function>(dlsym(library, name));
	return function != nullptr;
}

X264Library Open() {
	X264Library x264;
	void* library = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
	if (library == nullptr) {
		x264.detail = std::string("could not load ") + kFile + "; install it with: apt-get install libx264-" +
			PORTHOLE_NAME_OF(X264_BUILD);
		return x264;
	}
	// The name of x264_encoder_open carries the build, so that structures of another build are never used.
	x264.loaded = Load(library, "x264_param_default_preset", x264.param_default_preset) &&
		Load(library, "x264_param_apply_profile", x264.param_apply_profile) &&
		Load(library, PORTHOLE_NAME_OF(x264_encoder_open), x264.encoder_open) &&
		Load(library, "x264_encoder_reconfig", x264.encoder_reconfig) &&
		Load(library, "x264_encoder_encode", x264.encoder_encode) &&
		Load(library, "x264_encoder_close", x264.encoder_close) &&
		Load(library, "x264_picture_init", x264.picture_init);
	if (x264.loaded) {
		x264.detail = std::string("x264 ") + X264_POINTVER;
	} else {
		x264.detail = std::string(kFile) + " lacks the functions of build " + PORTHOLE_NAME_OF(X264_BUILD) +
			"; reinstall libx264-dev and build the addon again with: npm run build:native";
		dlclose(library);
	}
	return x264;
}

#else

X264Library Open() {
	X264Library x264;
	x264.detail = "built without x264; install libx264-dev and build the addon again with: npm run build:native";
	return x264;
}

#endif

}  // namespace

const X264Library& X264Library::Get() {
	static const X264Library library = Open();
	return library;
}

}  // namespace porthole
