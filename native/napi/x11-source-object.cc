#include "x11-source-object.h"

namespace porthole {

Napi::Function X11SourceObject::Define(Napi::Env env) {
	return DefineSource(env, "X11Source", {InstanceMethod("expectDamage", &X11SourceObject::ExpectDamage)});
}

X11SourceObject::X11SourceObject(const Napi::CallbackInfo& info) : SourceObject(info) {
	Open(info, [](const Napi::Object& options, SourceSink& sink) {
		return std::make_unique<X11Source>(StringOption(options, "display"), EncoderOption(options),
			RateOption(options), sink);
	});
}

void X11SourceObject::ExpectDamage(const Napi::CallbackInfo&) {
	if (source() != nullptr) source()->ExpectDamage();
}

}  // namespace porthole
