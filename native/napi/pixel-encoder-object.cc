#include "napi/pixel-encoder-object.h"

#include <limits>
#include <utility>

#include "napi/native-object.h"
#include "napi/options.h"

namespace porthole {

namespace {

constexpr int kSmallestSide = 16;
constexpr int kLargestSide = 8192;

RawFrame::Format FormatOption(const Napi::Object& options) {
	const std::string name = StringOption(options, "format");
	if (name == "bgra") return RawFrame::Format::kBgra;
	if (name == "rgba") return RawFrame::Format::kRgba;
	if (name == "nv12") return RawFrame::Format::kNv12;
	throw NativeError("invalid-argument", "\"format\" must be \"bgra\", \"rgba\" or \"nv12\".");
}

}  // namespace

Napi::Function PixelEncoderObject::Define(Napi::Env env) {
	return DefineClass(env, "PixelEncoder",
		{
			InstanceAccessor("encoder", &PixelEncoderObject::Description, nullptr),
			InstanceMethod("encode", &PixelEncoderObject::Encode),
			InstanceMethod("setRate", &PixelEncoderObject::SetRate),
			InstanceMethod("close", &PixelEncoderObject::Close),
		});
}

PixelEncoderObject::PixelEncoderObject(const Napi::CallbackInfo& info) : NativeObject(info) {
	WithJsErrors(info.Env(), [&] { Open(info); });
	Opened();
}

void PixelEncoderObject::Open(const Napi::CallbackInfo& info) {
	const Napi::Object options = OptionsArgument(info);
	on_frame_.emplace(FunctionOption(options, "onFrame"));
	on_end_.emplace(FunctionOption(options, "onEnd"));
	EncoderSettings settings;
	settings.width = IntegerValue(options.Get("width"), "width", kSmallestSide, kLargestSide);
	settings.height = IntegerValue(options.Get("height"), "height", kSmallestSide, kLargestSide);
	settings.rate = RateOption(options);
	const EncoderKind& kind = EncoderOption(options);
	waker_ = std::make_unique<JsWaker>(info.Env(), "porthole pixels", [this](Napi::Env env) { Drain(env); });
	PixelEncoder::Events events;
	events.encoded = [this](EncodedFrame encoded) {
		{
			const std::lock_guard lock(mutex_);
			encoded_ = std::move(encoded);
		}
		waker_->Wake();
	};
	events.failed = [this](const std::string& code, const std::string& message) {
		{
			const std::lock_guard lock(mutex_);
			end_ = NativeEnd{code, message};
		}
		waker_->Wake();
	};
	try {
		encoder_ = std::make_unique<PixelEncoder>(kind, settings, std::move(events));
	} catch (...) {
		waker_->Close();
		throw;
	}
	description_ = encoder_->description();
}

void PixelEncoderObject::CloseNative() {
	encoder_->Close();
	waker_->Close();
	encoder_.reset();
	pixels_.Reset();
	on_frame_->Reset();
	on_end_->Reset();
}

Napi::Value PixelEncoderObject::Description(const Napi::CallbackInfo& info) {
	return Napi::String::New(info.Env(), description_);
}

void PixelEncoderObject::Encode(const Napi::CallbackInfo& info) {
	WithJsErrors(info.Env(), [&] {
		if (!encoder_) return;
		const auto pixels = BytesValue(info[0], "pixels");
		if (!info[1].IsObject()) throw NativeError("invalid-argument", "\"options\" must be an object.");
		const auto options = info[1].As<Napi::Object>();
		RawFrame frame;
		frame.format = FormatOption(options);
		frame.pixels = pixels.data();
		frame.stride = IntegerValue(options.Get("stride"), "stride", kSmallestSide, std::numeric_limits<int>::max());
		frame.keyframe = options.Get("keyframe").ToBoolean();
		const std::size_t needed = encoder_->BytesOf(frame);
		if (!encoder_->StrideFits(frame) || pixels.size() < needed) {
			throw NativeError("invalid-argument",
				"\"pixels\" holds " + std::to_string(pixels.size()) + " bytes; a frame of this size and stride needs " +
					std::to_string(needed) + ".");
		}
		if (!pixels_.IsEmpty()) throw NativeError("encoder-busy", "The frame before is still being encoded.");
		pixels_ = Napi::Reference<Napi::Uint8Array>::New(info[0].As<Napi::Uint8Array>(), 1);
		encoder_->Encode(frame);
	});
}

void PixelEncoderObject::SetRate(const Napi::CallbackInfo& info) {
	const Rate rate = WithJsErrors(info.Env(), [&] { return RateOption(OptionsArgument(info)); });
	if (encoder_) encoder_->SetRate(rate);
}

void PixelEncoderObject::Drain(Napi::Env env) {
	const Napi::HandleScope scope(env);
	std::optional<EncodedFrame> encoded;
	std::optional<NativeEnd> end;
	{
		const std::lock_guard lock(mutex_);
		encoded = std::exchange(encoded_, std::nullopt);
		end = std::exchange(end_, std::nullopt);
	}
	if (encoded) {
		pixels_.Reset();
		const Napi::Object object = Napi::Object::New(env);
		object.Set("data", Napi::Buffer<std::uint8_t>::Copy(env, encoded->data.data(), encoded->data.size()));
		object.Set("keyframe", encoded->keyframe);
		if (!on_frame_->Call(env, object) || !open()) return;
	}
	if (end && open()) on_end_->Call(env, EndToJs(env, *end));
}

}  // namespace porthole
