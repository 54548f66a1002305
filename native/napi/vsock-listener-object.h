#pragma once

#include <napi.h>

#include <memory>
#include <optional>

#include "napi/js-callback.h"
#include "napi/loop-poll.h"
#include "napi/native-object.h"
#include "net/file-descriptor.h"

namespace porthole {

/// `VsockListener` of `server/native/addon.ts`.
class VsockListenerObject : public NativeObject<VsockListenerObject> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit VsockListenerObject(const Napi::CallbackInfo& info);

	void CloseNative();

private:
	void OnConnections();

	Napi::Env js_env_;
	FileDescriptor listener_;
	std::optional<JsCallback> on_connection_;
	std::optional<JsCallback> on_end_;
	std::unique_ptr<LoopPoll> poll_;
};

}  // namespace porthole
