#include "napi/stream-socket-object.h"

#include <algorithm>
#include <cerrno>
#include <limits>

#include "napi/native-object.h"
#include "napi/options.h"
#include "net/stream-socket.h"

namespace porthole {

namespace {

#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL;
#else
constexpr int kSendFlags = 0;
#endif

/// What happened, as `server/native/addon.ts` has it.
constexpr int kReadable = 1;
constexpr int kWritable = 2;
constexpr int kFailed = 4;

}  // namespace

Napi::Function StreamSocketObject::Define(Napi::Env env) {
	return DefineClass(env, "StreamSocket",
		{
			InstanceAccessor("failure", &StreamSocketObject::Failure, nullptr),
			InstanceMethod("read", &StreamSocketObject::Read),
			InstanceMethod("write", &StreamSocketObject::Write),
			InstanceMethod("watch", &StreamSocketObject::Watch),
			InstanceMethod("shutdown", &StreamSocketObject::Shutdown),
			InstanceMethod("close", &StreamSocketObject::Close),
		});
}

StreamSocketObject::StreamSocketObject(const Napi::CallbackInfo& info) : NativeObject(info), js_env_(info.Env()) {
	WithJsErrors(info.Env(), [&] { Open(info); });
	Opened();
}

void StreamSocketObject::Open(const Napi::CallbackInfo& info) {
	const Napi::Object options = OptionsArgument(info);
	on_event_.emplace(FunctionOption(options, "onEvent"));
	const auto watch = [&](int descriptor) {
		poll_ = std::make_unique<LoopPoll>(info.Env(), descriptor, [this](int events) { OnEvent(events); });
	};
	if (options.Has("descriptor")) {
		const int given = IntegerValue(options.Get("descriptor"), "descriptor", 0, std::numeric_limits<int>::max());
		name_ = "the file descriptor " + std::to_string(given);
		int kind = 0;
		socklen_t size = sizeof kind;
		if (getsockopt(given, SOL_SOCKET, SO_TYPE, &kind, &size) < 0) throw SocketError("use " + name_);
		if (kind != SOCK_STREAM) throw NativeError("socket-failed", "Could not use " + name_ + ": it is no stream.");
		Prepare(given);
		// One that this process watches already is somebody else's, and must not be closed here.
		watch(given);
		descriptor_ = FileDescriptor(given);
	} else {
		const std::uint32_t cid = WordValue(options.Get("cid"), "cid");
		const std::uint32_t port = WordValue(options.Get("port"), "port");
		name_ = VsockName(cid, port);
		descriptor_ = OpenVsock();
		const sockaddr_vm address = VsockAddress(cid, port);
		connecting_ =
			!StartConnect(descriptor_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address, name_);
		watch(descriptor_.get());
	}
	if (connecting_) poll_->Watch(UV_WRITABLE);
}

void StreamSocketObject::CloseNative() {
	poll_.reset();
	descriptor_.Close();
	if (on_event_) on_event_->Reset();
}

void StreamSocketObject::OnEvent(int events) {
	int flags = ((events & UV_READABLE) != 0 ? kReadable : 0) | ((events & UV_WRITABLE) != 0 ? kWritable : 0);
	if (connecting_) {
		connecting_ = false;
		poll_->Watch(0);
		const int error = ConnectError(descriptor_.get());
		if (error != 0) failure_ = SocketError("connect to " + name_, error).what();
		flags = error != 0 ? kFailed : kWritable;
	}
	// A number: a worker that is being ended can make no object, and nobody would catch what that throws.
	on_event_->Call(js_env_, Napi::Number::New(js_env_, flags));
}

Napi::Value StreamSocketObject::Failure(const Napi::CallbackInfo& info) {
	return Napi::String::New(info.Env(), failure_);
}

Napi::Value StreamSocketObject::Read(const Napi::CallbackInfo& info) {
	return WithJsErrors(info.Env(), [&]() -> Napi::Value {
		const auto bytes = BytesValue(info[0], "bytes");
		if (!descriptor_) return Napi::Number::New(info.Env(), 0);
		const ssize_t count = recv(descriptor_.get(), bytes.data(), bytes.size(), 0);
		if (count >= 0) return Napi::Number::New(info.Env(), static_cast<double>(count));
		if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return Napi::Number::New(info.Env(), -1);
		throw SocketError("read from " + name_);
	});
}

Napi::Value StreamSocketObject::Write(const Napi::CallbackInfo& info) {
	return WithJsErrors(info.Env(), [&]() -> Napi::Value {
		const auto bytes = BytesValue(info[0], "bytes");
		std::size_t written = 0;
		while (descriptor_ && written < bytes.size()) {
			const ssize_t count = send(descriptor_.get(), bytes.data() + written, bytes.size() - written, kSendFlags);
			if (count < 0 && errno == EINTR) continue;
			if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
			if (count < 0) throw SocketError("write to " + name_);
			written += static_cast<std::size_t>(count);
		}
		return Napi::Number::New(info.Env(), static_cast<double>(written));
	});
}

void StreamSocketObject::Watch(const Napi::CallbackInfo& info) {
	if (!poll_ || connecting_) return;
	poll_->Watch((info[0].ToBoolean() ? UV_READABLE : 0) | (info[1].ToBoolean() ? UV_WRITABLE : 0));
}

void StreamSocketObject::Shutdown(const Napi::CallbackInfo&) {
	if (descriptor_) shutdown(descriptor_.get(), SHUT_WR);
}

}  // namespace porthole
