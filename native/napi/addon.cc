#include <napi.h>

#include <limits>

#include "clock.h"
#include "encode/encoder-registry.h"
#include "napi/native-object.h"
#include "napi/options.h"
#include "napi/pixel-encoder-object.h"
#include "napi/pixel-source-object.h"
#include "napi/rtp-pool-object.h"
#include "napi/stream-socket-object.h"
#include "napi/vsock-listener-object.h"

#ifdef __linux__
#include "napi/frame-decoder-object.h"
#include "napi/x11-clipboard-object.h"
#include "napi/x11-objects.h"
#endif
#ifdef __APPLE__
#include "napi/simulator-input-object.h"
#include "napi/simulator-service-object.h"
#include "napi/simulator-source-object.h"
#include "simulator/pdf-page.h"
#include "simulator/simulator-probe.h"
#endif

namespace porthole {

namespace {

#ifdef __APPLE__

constexpr double kMinScale = 0.1;
constexpr double kMaxScale = 8;

/// `probeSimulators` of `server/native/addon.ts`.
Napi::Value ProbeSimulatorsForJs(const Napi::CallbackInfo& info) {
	const Napi::Env env = info.Env();
	const auto probes = WithJsErrors(env, [&] { return ProbeSimulators(TextValue(info[0], "developerDir")); });
	Napi::Array list = Napi::Array::New(env, probes.size());
	for (std::size_t index = 0; index < probes.size(); index++) {
		Napi::Object probe = Napi::Object::New(env);
		probe.Set("group", probes[index].group);
		probe.Set("name", probes[index].name);
		probe.Set("found", probes[index].found);
		probe.Set("detail", probes[index].detail);
		list.Set(static_cast<std::uint32_t>(index), probe);
	}
	return list;
}

/// `renderPdf` of `server/native/addon.ts`.
Napi::Value RenderPdfForJs(const Napi::CallbackInfo& info) {
	const Napi::Env env = info.Env();
	const PdfImage image = WithJsErrors(env,
		[&] { return RenderPdf(TextValue(info[0], "path"), NumberValue(info[1], "scale", kMinScale, kMaxScale)); });
	Napi::Object pixels = Napi::Object::New(env);
	pixels.Set("width", image.width);
	pixels.Set("height", image.height);
	pixels.Set("data", Napi::Buffer<std::uint8_t>::Copy(env, image.rgba.data(), image.rgba.size()));
	return pixels;
}

#endif

Napi::Value Encoders(const Napi::CallbackInfo& info) {
	Napi::Array list = Napi::Array::New(info.Env());
	for (const EncoderKind* kind : EncoderKinds()) {
		const EncoderAvailability availability = kind->probe();
		const Napi::Object encoder = Napi::Object::New(info.Env());
		encoder.Set("name", kind->name);
		encoder.Set("available", availability.available);
		encoder.Set("detail", availability.detail);
		list.Set(list.Length(), encoder);
	}
	return list;
}

void SetClockForJs(const Napi::CallbackInfo& info) {
	SetMonotonicMs(NumberValue(info[0], "now", 0, std::numeric_limits<double>::max()));
}

#ifdef PORTHOLE_FAULT_POINTS
void FailNextForJs(const Napi::CallbackInfo& info) { FailNext(TextValue(info[0], "name")); }
#endif

Napi::Object Register(Napi::Env env, Napi::Object exports) {
	exports.Set("encoders", Napi::Function::New<Encoders>(env, "encoders"));
	exports.Set("setClock", Napi::Function::New<SetClockForJs>(env, "setClock"));
	exports.Set("PixelSource", PixelSourceObject::Define(env));
	exports.Set("RtpPool", RtpPoolObject::Define(env));
	exports.Set("PixelEncoder", PixelEncoderObject::Define(env));
	exports.Set("StreamSocket", StreamSocketObject::Define(env));
	exports.Set("VsockListener", VsockListenerObject::Define(env));
#ifdef __linux__
	exports.Set("FrameDecoder", FrameDecoderObject::Define(env));
	exports.Set("X11Clipboard", X11ClipboardObject::Define(env));
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
#ifdef PORTHOLE_FAULT_POINTS
	exports.Set("failNext", Napi::Function::New<FailNextForJs>(env, "failNext"));
#endif
	return exports;
}

}  // namespace

NODE_API_MODULE(porthole, Register)

}  // namespace porthole
