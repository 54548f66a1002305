#include "napi/simulator-source-object.h"

#include "napi/simulator-service-object.h"

namespace porthole {

Napi::Function SimulatorSourceObject::Define(Napi::Env env) {
	return DefineSource(env, "SimulatorSource",
		{
			InstanceMethod("expectDamage", &SimulatorSourceObject::ExpectDamage),
			InstanceMethod("snapshot", &SimulatorSourceObject::Snapshot),
		});
}

SimulatorSourceObject::SimulatorSourceObject(const Napi::CallbackInfo& info) : SourceObject(info) {
	Open(info, [](const Napi::Object& options, SourceSink& sink) {
		const std::shared_ptr<SimulatorSet> set = SimulatorServiceObject::SetOption(options);
		return std::make_unique<SimulatorSource>(*set, StringOption(options, "udid"), RateOption(options), sink);
	});
}

void SimulatorSourceObject::ExpectDamage(const Napi::CallbackInfo&) {
	if (source() != nullptr) source()->ExpectDamage();
}

Napi::Value SimulatorSourceObject::Snapshot(const Napi::CallbackInfo& info) {
	if (source() == nullptr) return info.Env().Undefined();
	const auto snapshot = WithJsErrors(info.Env(), [&] { return source()->Snapshot(); });
	if (!snapshot) return info.Env().Undefined();
	Napi::Object pixels = Napi::Object::New(info.Env());
	pixels.Set("width", snapshot->width);
	pixels.Set("height", snapshot->height);
	pixels.Set("data", Napi::Buffer<std::uint8_t>::Copy(info.Env(), snapshot->bgra.data(), snapshot->bgra.size()));
	return pixels;
}

}  // namespace porthole
