#include "napi/options.h"

#include <cmath>
#include <limits>

#include "encode/encoder-registry.h"

namespace porthole {

namespace {

constexpr std::size_t kMaxOptionLength = 4096;
constexpr int kMinBitrate = 10'000;
constexpr int kMaxBitrate = 200'000'000;
constexpr double kMinFrameRate = 1;
constexpr double kMaxFrameRate = 240;

std::string Number(double value) {
	std::string text = std::to_string(value);
	text.erase(text.find_last_not_of('0') + 1);
	if (text.back() == '.') text.pop_back();
	return text;
}

}  // namespace

NativeError InvalidArgument(const std::string& name, const std::string& expected) {
	return {"invalid-argument", "\"" + name + "\" must be " + expected + "."};
}

Napi::Object OptionsArgument(const Napi::CallbackInfo& info) {
	if (info.Length() < 1 || !info[0].IsObject()) throw InvalidArgument("options", "an object");
	return info[0].As<Napi::Object>();
}

std::string StringOption(const Napi::Object& options, const char* name) { return TextValue(options.Get(name), name); }

std::string TextValue(const Napi::Value& value, const char* name) {
	if (!value.IsString()) throw InvalidArgument(name, "a string");
	std::string text = value.As<Napi::String>().Utf8Value();
	if (text.size() > kMaxOptionLength)
		throw InvalidArgument(name, "at most " + std::to_string(kMaxOptionLength) + " bytes long");
	return text;
}

Napi::FunctionReference FunctionOption(const Napi::Object& options, const char* name) {
	const Napi::Value value = options.Get(name);
	if (!value.IsFunction()) throw InvalidArgument(name, "a function");
	return Napi::Persistent(value.As<Napi::Function>());
}

double NumberValue(const Napi::Value& value, const char* name, double least, double most) {
	const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
	if (!(number >= least && number <= most)) {
		throw InvalidArgument(name, "a number from " + Number(least) + " to " + Number(most));
	}
	return number;
}

int IntegerValue(const Napi::Value& value, const char* name, int least, int most) {
	const double number = NumberValue(value, name, least, most);
	if (number != std::floor(number)) throw InvalidArgument(name, "a whole number");
	return static_cast<int>(number);
}

std::uint32_t WordValue(const Napi::Value& value, const char* name) {
	return static_cast<std::uint32_t>(NumberValue(value, name, 0, std::numeric_limits<std::uint32_t>::max()));
}

std::span<std::uint8_t> BytesValue(const Napi::Value& value, const char* name) {
	if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
		throw InvalidArgument(name, "a Uint8Array");
	}
	auto array = value.As<Napi::Uint8Array>();
	return {array.Data(), array.ByteLength()};
}

Rate RateOption(const Napi::Object& options) {
	Rate rate;
	rate.bitrate = static_cast<int>(NumberValue(options.Get("bitrate"), "bitrate", kMinBitrate, kMaxBitrate));
	rate.frame_rate = NumberValue(options.Get("frameRate"), "frameRate", kMinFrameRate, kMaxFrameRate);
	return rate;
}

Rendition RenditionValue(const Napi::Value& value) {
	const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
	if (name == "main") return Rendition::kMain;
	if (name == "small") return Rendition::kSmall;
	throw InvalidArgument("rendition", "\"main\" or \"small\"");
}

const EncoderKind& EncoderOption(const Napi::Object& options) {
	return FindEncoderKind(StringOption(options, "encoder"));
}

}  // namespace porthole
