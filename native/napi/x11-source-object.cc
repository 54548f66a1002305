#include "x11-source-object.h"

namespace porthole {

Napi::Function X11SourceObject::Define(Napi::Env env) {
	return DefineClass(env, "X11Source", {
		InstanceAccessor<&X11SourceObject::Encoder>("encoder"),
		InstanceMethod<&X11SourceObject::RequestKeyframe>("requestKeyframe"),
		InstanceMethod<&X11SourceObject::SetRate>("setRate"),
		InstanceMethod<&X11SourceObject::ExpectDamage>("expectDamage"),
		InstanceMethod<&X11SourceObject::Stats>("stats"),
		InstanceMethod<&X11SourceObject::Close>("close"),
	});
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
