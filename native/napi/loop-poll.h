#pragma once

#include <napi.h>
#include <uv.h>

#include <functional>
#include <optional>

namespace porthole {

/// Watches one descriptor on the JavaScript thread's event loop. The descriptor stays the caller's and must stay open
/// until `Close`.
class LoopPoll {
public:
	/// `on_event` gets UV_READABLE and UV_WRITABLE as they are there. Throws NativeError `socket-failed`.
	LoopPoll(Napi::Env env, int descriptor, std::function<void(int events)> on_event);
	~LoopPoll();
	LoopPoll(const LoopPoll&) = delete;
	LoopPoll& operator=(const LoopPoll&) = delete;

	/// What to watch for from now on; 0 is nothing.
	void Watch(int events);

	/// Nothing is called any more.
	void Close();

private:
	struct State {
		uv_poll_t poll;
		napi_env env;
		/// Gone with `Close`, as the loop lets go of the handle only after the environment has ended.
		std::optional<Napi::AsyncContext> context;
		std::function<void(int)> on_event;
		bool in_event = false;
	};
	static void OnEvent(uv_poll_t* poll, int status, int events);

	State* state_;
};

}  // namespace porthole
