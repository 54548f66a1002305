#include "napi/js-callback.h"

#include <utility>

namespace porthole {

bool JsCallback::Call(Napi::Env env, Napi::Value argument) const {
	// Not through Napi::Function: it wraps what was thrown in an object, which aborts the process when a worker is
	// being terminated and no object can be made any more.
	const napi_value value = argument;
	if (napi_call_function(env, env.Undefined(), function_.Value(), 1, &value, nullptr) == napi_ok) return true;
	bool pending = false;
	napi_value thrown = nullptr;
	if (napi_is_exception_pending(env, &pending) == napi_ok && pending &&
		napi_get_and_clear_last_exception(env, &thrown) == napi_ok) {
		napi_fatal_exception(env, thrown);
	}
	return false;
}

JsWaker::JsWaker(Napi::Env env, const char* name, std::function<void(Napi::Env)> on_wake)
	: state_(std::make_shared<State>(State{std::move(on_wake)})) {
	// Its own share of the state: a call may still be on its way when this object is gone.
	auto context = std::make_unique<std::shared_ptr<State>>(state_);
	function_ = Function::New(
		env, name, 1, 1, context.get(), [](Napi::Env, void*, std::shared_ptr<State>* shared) { delete shared; },
		static_cast<void*>(nullptr));
	static_cast<void>(context.release());
}

JsWaker::~JsWaker() { Close(); }

void JsWaker::Wake() { function_.NonBlockingCall(); }

void JsWaker::Close() {
	if (std::exchange(closed_, true)) return;
	state_->on_wake = nullptr;
	function_.Abort();
}

void JsWaker::Run(Napi::Env env, Napi::Function, std::shared_ptr<State>* state, void*) {
	if (env == nullptr) return;
	// Kept alive here: the function may close its own waker.
	const std::shared_ptr<State> held = *state;
	if (!held->on_wake) return;
	const std::function<void(Napi::Env)> on_wake = held->on_wake;
	try {
		on_wake(env);
	} catch (const Napi::Error&) {  // NOLINT(bugprone-empty-catch)
		// What was to be handed over cannot be made any more: the thread of JavaScript is being ended.
	}
}

}  // namespace porthole
