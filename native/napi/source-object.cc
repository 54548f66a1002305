#include "source-object.h"

namespace porthole {

Napi::Object StatsToJs(Napi::Env env, const SourceStats& stats) {
	Napi::Object object = Napi::Object::New(env);
	object.Set("captured", static_cast<double>(stats.captured));
	object.Set("encoded", static_cast<double>(stats.encoded));
	object.Set("dropped", static_cast<double>(stats.dropped));
	object.Set("keyframes", static_cast<double>(stats.keyframes));
	object.Set("captureMs", stats.capture_ms);
	object.Set("convertMs", stats.convert_ms);
	object.Set("encodeMs", stats.encode_ms);
	return object;
}

}  // namespace porthole
