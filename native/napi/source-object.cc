#include "napi/source-object.h"

namespace porthole {

namespace {

void SetRenditionStats(Napi::Object& object, const RenditionStats& stats) {
	object.Set("encoded", static_cast<double>(stats.encoded));
	object.Set("dropped", static_cast<double>(stats.dropped));
	object.Set("keyframes", static_cast<double>(stats.keyframes));
	object.Set("encodeMs", stats.encode_ms);
}

}  // namespace

Napi::Object StatsToJs(Napi::Env env, const SourceStats& stats) {
	Napi::Object object = Napi::Object::New(env);
	object.Set("captured", static_cast<double>(stats.captured));
	object.Set("captureMs", stats.capture_ms);
	object.Set("convertMs", stats.convert_ms);
	object.Set("scaleMs", stats.scale_ms);
	SetRenditionStats(object, stats.renditions[IndexOf(Rendition::kMain)]);
	Napi::Object small = Napi::Object::New(env);
	SetRenditionStats(small, stats.renditions[IndexOf(Rendition::kSmall)]);
	object.Set("small", small);
	return object;
}

}  // namespace porthole
