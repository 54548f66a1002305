#include "napi/frame-decoder-object.h"

#include <string>
#include <utility>

#include "napi/native-object.h"
#include "napi/options.h"

namespace porthole {

namespace {

constexpr int kLargestScale = 4;

ColourMatrix MatrixValue(const Napi::Value& value) {
	const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
	if (name == "bt601") return ColourMatrix::kBt601;
	if (name == "bt601-full") return ColourMatrix::kBt601Full;
	if (name == "bt709") return ColourMatrix::kBt709;
	if (name == "bt709-full") return ColourMatrix::kBt709Full;
	throw NativeError("invalid-argument", "\"matrix\" must be \"bt601\", \"bt709\" or one of them with \"-full\".");
}

/// Shares the pixels with JavaScript rather than copying millions of them.
Napi::Value PictureToJs(Napi::Env env, const DecodedPicture& picture) {
	Napi::Object object = Napi::Object::New(env);
	object.Set("width", picture.width);
	object.Set("height", picture.height);
	auto* const kept = new std::shared_ptr<std::vector<std::uint8_t>>(picture.pixels);
	object.Set("data", Napi::Buffer<std::uint8_t>::New(env, picture.pixels->data(), picture.pixels->size(),
		[](Napi::Env, std::uint8_t*, std::shared_ptr<std::vector<std::uint8_t>>* held) { delete held; }, kept));
	return object;
}

}  // namespace

Napi::Function PictureDecoderObject::Define(Napi::Env env) {
	return DefineClass(env, "PictureDecoder", {
		InstanceMethod("decode", &PictureDecoderObject::Decode),
		InstanceMethod("want", &PictureDecoderObject::Want),
		InstanceMethod("setScale", &PictureDecoderObject::SetScale),
		InstanceMethod("close", &PictureDecoderObject::Close),
	});
}

PictureDecoderObject::PictureDecoderObject(const Napi::CallbackInfo& info) : NativeObject(info) {
	WithJsErrors(info.Env(), [&] { Open(info); });
	Opened();
}

void PictureDecoderObject::Open(const Napi::CallbackInfo& info) {
	const Napi::Object options = OptionsArgument(info);
	on_picture_.emplace(FunctionOption(options, "onPicture"));
	on_keyframe_wanted_.emplace(FunctionOption(options, "onKeyframeWanted"));
	const int scale = IntegerValue(options.Get("scale"), "scale", 1, kLargestScale);
	waker_ = std::make_unique<JsWaker>(info.Env(), "porthole pictures", [this](Napi::Env env) { Drain(env); });
	PictureDecoder::Events events;
	events.picture = [this](DecodedPicture picture) {
		{
			const std::lock_guard lock(mutex_);
			picture_ = std::move(picture);
		}
		waker_->Wake();
	};
	events.lost = [this] {
		{
			const std::lock_guard lock(mutex_);
			lost_ = true;
		}
		waker_->Wake();
	};
	try {
		decoder_ = std::make_unique<PictureDecoder>(scale, std::move(events));
	} catch (...) {
		waker_->Close();
		throw;
	}
}

void PictureDecoderObject::CloseNative() {
	decoder_->Close();
	waker_->Close();
	decoder_.reset();
	on_picture_->Reset();
	on_keyframe_wanted_->Reset();
}

void PictureDecoderObject::Decode(const Napi::CallbackInfo& info) {
	WithJsErrors(info.Env(), [&] {
		const auto data = BytesValue(info[0], "data");
		const ColourMatrix matrix = MatrixValue(info[2]);
		if (decoder_) decoder_->Decode(data.data(), data.size(), info[1].ToBoolean(), matrix);
	});
}

void PictureDecoderObject::Want(const Napi::CallbackInfo&) {
	if (decoder_) decoder_->Want();
}

void PictureDecoderObject::SetScale(const Napi::CallbackInfo& info) {
	const int scale = WithJsErrors(info.Env(), [&] { return IntegerValue(info[0], "scale", 1, kLargestScale); });
	if (decoder_) decoder_->SetScale(scale);
}

void PictureDecoderObject::Drain(Napi::Env env) {
	const Napi::HandleScope scope(env);
	std::optional<DecodedPicture> picture;
	bool lost = false;
	{
		const std::lock_guard lock(mutex_);
		picture = std::exchange(picture_, std::nullopt);
		lost = std::exchange(lost_, false);
	}
	if (lost && (!on_keyframe_wanted_->Call(env, env.Undefined()) || !open())) return;
	if (picture && open()) on_picture_->Call(env, PictureToJs(env, *picture));
}

}  // namespace porthole
