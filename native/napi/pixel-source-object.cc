#include "napi/pixel-source-object.h"

#include <limits>
#include <vector>

namespace porthole {

namespace {

constexpr int kSmallestSide = 16;
constexpr int kLargestSide = 8192;
constexpr int kMaximum = std::numeric_limits<int>::max();
/// More rectangles than this are not worth telling apart.
constexpr std::uint32_t kMaxRectangles = 256;

PixelFormat FormatOption(const Napi::Object& options) {
	const std::string name = StringOption(options, "format");
	if (name == "bgra") return PixelFormat::kBgra;
	if (name == "rgba") return PixelFormat::kRgba;
	throw NativeError("invalid-argument", "\"format\" must be \"bgra\" or \"rgba\".");
}

/// The changed rectangles; none, which means everything, when there are too many.
std::vector<Rectangle> RectanglesValue(const Napi::Value& value) {
	if (!value.IsArray()) throw NativeError("invalid-argument", "\"changed\" must be an array of rectangles.");
	const auto array = value.As<Napi::Array>();
	std::vector<Rectangle> rectangles;
	if (array.Length() > kMaxRectangles) return rectangles;
	for (std::uint32_t index = 0; index < array.Length(); index++) {
		const Napi::Value item = array.Get(index);
		if (!item.IsObject()) throw NativeError("invalid-argument", "\"changed\" must be an array of rectangles.");
		const auto object = item.As<Napi::Object>();
		rectangles.push_back({
			IntegerValue(object.Get("x"), "changed x", 0, kLargestSide),
			IntegerValue(object.Get("y"), "changed y", 0, kLargestSide),
			IntegerValue(object.Get("width"), "changed width", 0, kLargestSide),
			IntegerValue(object.Get("height"), "changed height", 0, kLargestSide),
		});
	}
	return rectangles;
}

}  // namespace

Napi::Function PixelSourceObject::Define(Napi::Env env) {
	return DefineSource(env, "PixelSource", {InstanceMethod("encode", &PixelSourceObject::Encode)});
}

PixelSourceObject::PixelSourceObject(const Napi::CallbackInfo& info) : SourceObject(info) {
	Open(info, [this](const Napi::Object& options, SourceSink& sink) {
		width_ = IntegerValue(options.Get("width"), "width", kSmallestSide, kLargestSide);
		height_ = IntegerValue(options.Get("height"), "height", kSmallestSide, kLargestSide);
		return std::make_unique<PixelSource>(EncoderOption(options), width_, height_, FormatOption(options),
			RateOption(options), sink);
	});
}

void PixelSourceObject::Encode(const Napi::CallbackInfo& info) {
	WithJsErrors(info.Env(), [&] { EncodeChecked(info); });
}

void PixelSourceObject::EncodeChecked(const Napi::CallbackInfo& info) {
	const auto pixels = BytesValue(info[0], "pixels");
	const int stride = IntegerValue(info[1], "stride", width_ * 4, kMaximum);
	const std::size_t needed = static_cast<std::size_t>(stride) * (height_ - 1) + static_cast<std::size_t>(width_) * 4;
	if (pixels.size() < needed) {
		throw NativeError("invalid-argument",
			"\"pixels\" holds " + std::to_string(pixels.size()) + " bytes; a frame of this size and stride needs " +
				std::to_string(needed) + ".");
	}
	const std::vector<Rectangle> changed = RectanglesValue(info[2]);
	const double capture_time = NumberValue(info[3], "captureTime", 0, std::numeric_limits<double>::max());
	if (source() != nullptr) source()->Encode(pixels.data(), stride, changed, capture_time);
}

}  // namespace porthole
