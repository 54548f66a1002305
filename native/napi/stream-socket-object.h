#pragma once

#include <napi.h>

#include <memory>
#include <optional>
#include <string>

#include "napi/js-callback.h"
#include "napi/loop-poll.h"
#include "napi/native-object.h"
#include "net/file-descriptor.h"

namespace porthole {

/// `StreamSocket` of `server/native/addon.ts`.
class StreamSocketObject : public NativeObject<StreamSocketObject> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit StreamSocketObject(const Napi::CallbackInfo& info);

	void CloseNative();

private:
	void Open(const Napi::CallbackInfo& info);
	void OnEvent(int events);
	Napi::Value Failure(const Napi::CallbackInfo& info);
	Napi::Value Read(const Napi::CallbackInfo& info);
	Napi::Value Write(const Napi::CallbackInfo& info);
	void Watch(const Napi::CallbackInfo& info);
	void Shutdown(const Napi::CallbackInfo& info);

	Napi::Env js_env_;
	FileDescriptor descriptor_;
	/// What it is connected to, for messages.
	std::string name_;
	bool connecting_ = false;
	std::string failure_;
	std::optional<JsCallback> on_event_;
	std::unique_ptr<LoopPoll> poll_;
};

}  // namespace porthole
