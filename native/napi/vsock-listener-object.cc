#include "napi/vsock-listener-object.h"

#include <limits>

#include "napi/native-object.h"
#include "napi/options.h"
#include "napi/source-events.h"
#include "net/stream-socket.h"

namespace porthole {

Napi::Function VsockListenerObject::Define(Napi::Env env) {
	return DefineClass(env, "VsockListener", {InstanceMethod("close", &VsockListenerObject::Close)});
}

VsockListenerObject::VsockListenerObject(const Napi::CallbackInfo& info) : NativeObject(info), js_env_(info.Env()) {
	WithJsErrors(info.Env(), [&] {
		const Napi::Object options = OptionsArgument(info);
		on_connection_.emplace(FunctionOption(options, "onConnection"));
		on_end_.emplace(FunctionOption(options, "onEnd"));
		listener_ = ListenVsock(WordValue(options.Get("cid"), "cid"), WordValue(options.Get("port"), "port"));
		poll_ = std::make_unique<LoopPoll>(info.Env(), listener_.get(), [this](int) { OnConnections(); });
		poll_->Watch(UV_READABLE);
	});
	Opened();
}

void VsockListenerObject::CloseNative() {
	poll_.reset();
	listener_.Close();
	if (on_connection_) on_connection_->Reset();
	if (on_end_) on_end_->Reset();
}

void VsockListenerObject::OnConnections() {
	try {
		// What is called may close this listener.
		while (listener_) {
			std::optional<FileDescriptor> connection = Accept(listener_.get());
			if (!connection) return;
			// From here on it is the callback's, whatever becomes of that.
			if (!on_connection_->Call(js_env_, Napi::Number::New(js_env_, connection->release()))) return;
		}
	} catch (const NativeError& error) {
		// Without descriptors to spare it would be called again at once, and in vain.
		if (poll_) poll_->Watch(0);
		on_end_->Call(js_env_, EndToJs(js_env_, {error.code(), error.what()}));
	}
}

}  // namespace porthole
