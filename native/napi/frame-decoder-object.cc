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
Napi::Value FrameToJs(Napi::Env env, const DecodedFrame& frame) {
	Napi::Object object = Napi::Object::New(env);
	object.Set("width", frame.width);
	object.Set("height", frame.height);
	auto* const kept = new std::shared_ptr<std::vector<std::uint8_t>>(frame.pixels);
	object.Set("data",
		Napi::Buffer<std::uint8_t>::New(
			env, frame.pixels->data(), frame.pixels->size(),
			[](Napi::Env, std::uint8_t*, std::shared_ptr<std::vector<std::uint8_t>>* held) { delete held; }, kept));
	return object;
}

}  // namespace

Napi::Function FrameDecoderObject::Define(Napi::Env env) {
	return DefineClass(env, "FrameDecoder",
		{
			InstanceMethod("decode", &FrameDecoderObject::Decode),
			InstanceMethod("want", &FrameDecoderObject::Want),
			InstanceMethod("setScale", &FrameDecoderObject::SetScale),
			InstanceMethod("close", &FrameDecoderObject::Close),
		});
}

FrameDecoderObject::FrameDecoderObject(const Napi::CallbackInfo& info) : NativeObject(info) {
	WithJsErrors(info.Env(), [&] { Open(info); });
	Opened();
}

void FrameDecoderObject::Open(const Napi::CallbackInfo& info) {
	const Napi::Object options = OptionsArgument(info);
	on_frame_.emplace(FunctionOption(options, "onFrame"));
	on_keyframe_wanted_.emplace(FunctionOption(options, "onKeyframeWanted"));
	on_end_.emplace(FunctionOption(options, "onEnd"));
	const int scale = IntegerValue(options.Get("scale"), "scale", 1, kLargestScale);
	waker_ = std::make_unique<JsWaker>(info.Env(), "porthole frames", [this](Napi::Env env) { Drain(env); });
	FrameDecoder::Events events;
	events.frame = [this](DecodedFrame frame) {
		{
			const std::lock_guard lock(mutex_);
			frame_ = std::move(frame);
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
	events.failed = [this](const std::string& code, const std::string& message) {
		{
			const std::lock_guard lock(mutex_);
			end_ = NativeEnd{code, message};
		}
		waker_->Wake();
	};
	try {
		decoder_ = std::make_unique<FrameDecoder>(scale, std::move(events));
	} catch (...) {
		waker_->Close();
		throw;
	}
}

void FrameDecoderObject::CloseNative() {
	decoder_->Close();
	waker_->Close();
	decoder_.reset();
	on_frame_->Reset();
	on_keyframe_wanted_->Reset();
	on_end_->Reset();
}

void FrameDecoderObject::Decode(const Napi::CallbackInfo& info) {
	WithJsErrors(info.Env(), [&] {
		const auto data = BytesValue(info[0], "data");
		const ColourMatrix matrix = MatrixValue(info[2]);
		if (decoder_) decoder_->Decode(data.data(), data.size(), info[1].ToBoolean(), matrix);
	});
}

void FrameDecoderObject::Want(const Napi::CallbackInfo&) {
	if (decoder_) decoder_->Want();
}

void FrameDecoderObject::SetScale(const Napi::CallbackInfo& info) {
	const int scale = WithJsErrors(info.Env(), [&] { return IntegerValue(info[0], "scale", 1, kLargestScale); });
	if (decoder_) decoder_->SetScale(scale);
}

void FrameDecoderObject::Drain(Napi::Env env) {
	const Napi::HandleScope scope(env);
	std::optional<DecodedFrame> frame;
	bool lost = false;
	std::optional<NativeEnd> end;
	{
		const std::lock_guard lock(mutex_);
		frame = std::exchange(frame_, std::nullopt);
		lost = std::exchange(lost_, false);
		end = std::exchange(end_, std::nullopt);
	}
	if (lost && (!on_keyframe_wanted_->Call(env, env.Undefined()) || !open())) return;
	if (frame && open() && !on_frame_->Call(env, FrameToJs(env, *frame))) return;
	if (end && open()) on_end_->Call(env, EndToJs(env, *end));
}

}  // namespace porthole
