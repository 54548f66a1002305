#include "napi/loop-poll.h"

#include <string>
#include <utility>

#include "native-error.h"

namespace porthole {

LoopPoll::LoopPoll(Napi::Env env, int descriptor, std::function<void(int)> on_event)
	: state_(new State{{}, env, std::nullopt, std::move(on_event)}) {
	state_->context.emplace(env, "porthole socket");
	uv_loop_t* loop = nullptr;
	napi_get_uv_event_loop(env, &loop);
	const int result = uv_poll_init(loop, &state_->poll, descriptor);
	if (result != 0) {
		delete std::exchange(state_, nullptr);
		throw NativeError("socket-failed",
			"The file descriptor " + std::to_string(descriptor) + " cannot be watched: " + uv_strerror(result) + ".");
	}
	state_->poll.data = state_;
}

LoopPoll::~LoopPoll() { Close(); }

void LoopPoll::Watch(int events) {
	if (state_ == nullptr) return;
	if (events == 0) {
		uv_poll_stop(&state_->poll);
	} else {
		uv_poll_start(&state_->poll, events, OnEvent);
	}
}

void LoopPoll::Close() {
	State* state = std::exchange(state_, nullptr);
	if (state == nullptr) return;
	state->on_event = nullptr;
	if (!state->in_event) state->context.reset();
	uv_poll_stop(&state->poll);
	// The loop still knows the handle until its next turn.
	uv_close(reinterpret_cast<uv_handle_t*>(&state->poll),
		[](uv_handle_t* handle) { delete static_cast<State*>(handle->data); });
}

void LoopPoll::OnEvent(uv_poll_t* poll, int status, int events) {
	auto* state = static_cast<State*>(poll->data);
	if (!state->on_event) return;
	state->in_event = true;
	{
		const Napi::HandleScope scope(state->env);
		const Napi::CallbackScope callback_scope(state->env, *state->context);
		// A copy: what is called may close this.
		const std::function<void(int)> on_event = state->on_event;
		// A broken socket tells of itself when it is read or written.
		on_event(status < 0 ? UV_READABLE | UV_WRITABLE : events);
	}
	state->in_event = false;
	if (!state->on_event) state->context.reset();
}

}  // namespace porthole
