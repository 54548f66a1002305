#include "simulator-functions.h"

#include "js-error.h"
#include "options.h"
#include "pdf-page.h"
#include "simulator-probe.h"

namespace porthole {

namespace {

constexpr double kLeastScale = 0.1;
constexpr double kMostScale = 8;

}  // namespace

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

Napi::Value RenderPdfForJs(const Napi::CallbackInfo& info) {
	const Napi::Env env = info.Env();
	const PdfPicture picture = WithJsErrors(env, [&] {
		return RenderPdf(TextValue(info[0], "path"), NumberValue(info[1], "scale", kLeastScale, kMostScale));
	});
	Napi::Object pixels = Napi::Object::New(env);
	pixels.Set("width", picture.width);
	pixels.Set("height", picture.height);
	pixels.Set("data", Napi::Buffer<std::uint8_t>::Copy(env, picture.rgba.data(), picture.rgba.size()));
	return pixels;
}

}  // namespace porthole
