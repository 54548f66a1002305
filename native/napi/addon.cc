#include <napi.h>

#include "encoder-registry.h"
#include "frame-encoder-object.h"
#include "pixel-encoder-object.h"
#include "rtp-pool-object.h"
#include "stream-socket-object.h"
#include "vsock-listener-object.h"
#ifdef __linux__
#include "picture-decoder-object.h"
#include "x11-screen-object.h"
#include "x11-source-object.h"
#endif
#ifdef __APPLE__
#include "simulator-functions.h"
#include "simulator-input-object.h"
#include "simulator-service-object.h"
#include "simulator-source-object.h"
#endif

namespace porthole {

namespace {

Napi::Value Encoders(const Napi::CallbackInfo& info) {
	Napi::Array list = Napi::Array::New(info.Env());
	for (const EncoderKind* kind : EncoderKinds()) {
		const EncoderAvailability availability = kind->probe();
		Napi::Object encoder = Napi::Object::New(info.Env());
		encoder.Set("name", kind->name);
		encoder.Set("available", availability.available);
		encoder.Set("detail", availability.detail);
		list.Set(list.Length(), encoder);
	}
	return list;
}

Napi::Object Register(Napi::Env env, Napi::Object exports) {
	exports.Set("encoders", Napi::Function::New<Encoders>(env, "encoders"));
	exports.Set("FrameEncoder", FrameEncoderObject::Define(env));
	exports.Set("RtpPool", RtpPoolObject::Define(env));
	exports.Set("PixelEncoder", PixelEncoderObject::Define(env));
	exports.Set("StreamSocket", StreamSocketObject::Define(env));
	exports.Set("VsockListener", VsockListenerObject::Define(env));
#ifdef __linux__
	exports.Set("PictureDecoder", PictureDecoderObject::Define(env));
	exports.Set("X11Source", X11SourceObject::Define(env));
	exports.Set("X11Screen", X11ScreenObject::Define(env));
#endif
#ifdef __APPLE__
	exports.Set("SimulatorService", SimulatorServiceObject::Define(env));
	exports.Set("SimulatorSource", SimulatorSourceObject::Define(env));
	exports.Set("SimulatorInput", SimulatorInputObject::Define(env));
	exports.Set("probeSimulators", Napi::Function::New<ProbeSimulatorsForJs>(env, "probeSimulators"));
	exports.Set("renderPdf", Napi::Function::New<RenderPdfForJs>(env, "renderPdf"));
#endif
	return exports;
}

}  // namespace

NODE_API_MODULE(porthole, Register)

}  // namespace porthole
