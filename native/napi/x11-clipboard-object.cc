#include "napi/x11-clipboard-object.h"

#include <string>
#include <utility>

#include "napi/options.h"

namespace porthole {

namespace {

NativeError Busy() { return {"clipboard-busy", "The clipboard is in use; wait for the answer to the last call."}; }

ClipboardFormat FormatValue(const Napi::Value& value) {
	const std::string name = TextValue(value, "format");
	if (name == "text") return ClipboardFormat::kText;
	if (name == "image") return ClipboardFormat::kImage;
	throw InvalidArgument("format", "\"text\" or \"image\"");
}

Napi::Object FailureToJs(Napi::Env env, const ClipboardFailure& failure) {
	return EndToJs(env, {failure.code, failure.message});
}

Napi::Object ReadingToJs(Napi::Env env, const ClipboardReading& reading) {
	Napi::Object object = Napi::Object::New(env);
	if (reading.failure) object.Set("failure", FailureToJs(env, *reading.failure));
	if (reading.content) {
		const auto& [format, bytes] = *reading.content;
		const Napi::Object content = Napi::Object::New(env);
		content.Set("format", format == ClipboardFormat::kText ? "text" : "image");
		content.Set("bytes", Napi::Buffer<std::uint8_t>::Copy(env, bytes.data(), bytes.size()));
		object.Set("content", content);
	}
	return object;
}

}  // namespace

Napi::Function X11ClipboardObject::Define(Napi::Env env) {
	return DefineClass(env, "X11Clipboard",
		{
			InstanceMethod("write", &X11ClipboardObject::Write),
			InstanceMethod("read", &X11ClipboardObject::Read),
			InstanceMethod("close", &X11ClipboardObject::Close),
		});
}

X11ClipboardObject::X11ClipboardObject(const Napi::CallbackInfo& info) : NativeObject(info) {
	WithJsErrors(info.Env(), [&] {
		const Napi::Object options = OptionsArgument(info);
		on_copied_.emplace(FunctionOption(options, "onCopied"));
		on_written_.emplace(FunctionOption(options, "onWritten"));
		on_read_.emplace(FunctionOption(options, "onRead"));
		on_end_.emplace(FunctionOption(options, "onEnd"));
		waker_ = std::make_unique<JsWaker>(info.Env(), "porthole clipboard", [this](Napi::Env env) { Drain(env); });
		clipboard_ = std::make_unique<X11Clipboard>(StringOption(options, "display"), Events());
	});
	Opened();
}

ClipboardEvents X11ClipboardObject::Events() {
	const auto tell = [this](const std::function<void(News&)>& change) {
		{
			const std::lock_guard lock(mutex_);
			change(news_);
		}
		waker_->Wake();
	};
	return {
		.copied = [tell] { tell([](News& news) { news.copied = true; }); },
		.written =
			[tell](std::optional<ClipboardFailure> failure) {
				tell([&](News& news) { news.written.emplace(std::move(failure)); });
			},
		.read = [tell](ClipboardReading reading) { tell([&](News& news) { news.read = std::move(reading); }); },
		.ended = [tell](const std::string& code,
					 const std::string& message) { tell([&](News& news) { news.end = NativeEnd{code, message}; }); },
	};
}

void X11ClipboardObject::CloseNative() {
	clipboard_->Close();
	waker_->Close();
	on_copied_.reset();
	on_written_.reset();
	on_read_.reset();
	on_end_.reset();
	clipboard_.reset();
}

void X11ClipboardObject::Write(const Napi::CallbackInfo& info) {
	if (!open()) return;
	WithJsErrors(info.Env(), [&] {
		const ClipboardFormat format = FormatValue(info[0]);
		const std::span<const std::uint8_t> bytes = BytesValue(info[1], "bytes");
		if (bytes.size() > MostBytes(format)) {
			throw NativeError("clipboard-too-large",
				std::to_string(bytes.size()) + " bytes are more than a clipboard takes; at most " +
					std::to_string(MostBytes(format)) + " are.");
		}
		if (writing_) throw Busy();
		auto content = std::make_shared<const ClipboardContent>(ClipboardContent{format, {bytes.begin(), bytes.end()}});
		clipboard_->Write(std::move(content));
		writing_ = true;
	});
}

void X11ClipboardObject::Read(const Napi::CallbackInfo& info) {
	if (!open()) return;
	WithJsErrors(info.Env(), [&] {
		if (std::exchange(reading_, true)) throw Busy();
		clipboard_->Read();
	});
}

void X11ClipboardObject::Drain(Napi::Env env) {
	const Napi::HandleScope scope(env);
	News news;
	{
		const std::lock_guard lock(mutex_);
		std::swap(news, news_);
	}
	// Each callback may close this object.
	const auto call = [&](std::optional<JsCallback>& callback, const Napi::Value& argument) {
		return open() && callback && callback->Call(env, argument);
	};
	if (news.copied && !call(on_copied_, env.Undefined())) return;
	if (news.written) {
		writing_ = false;
		const auto& failure = *news.written;
		if (!call(on_written_, failure ? Napi::Value(FailureToJs(env, *failure)) : env.Undefined())) return;
	}
	if (news.read) {
		reading_ = false;
		if (!call(on_read_, ReadingToJs(env, *news.read))) return;
	}
	if (news.end) call(on_end_, EndToJs(env, *news.end));
}

}  // namespace porthole
