#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <utility>

namespace porthole {

/// A JavaScript function that native code calls from the event loop, where nobody can catch what it throws.
class JsCallback {
public:
	explicit JsCallback(Napi::FunctionReference function) : function_(std::move(function)) {}

	/// Calls it with one argument. What it throws becomes an uncaught exception of the process, as if a timer had
	/// thrown it; then, or when its thread is being ended, this is false and JavaScript must be left before more is done.
	bool Call(Napi::Env env, Napi::Value argument) const;

	/// JavaScript thread: lets go of the function.
	void Reset() { function_.Reset(); }

private:
	Napi::FunctionReference function_;
};

/// Lets any thread have a function run on the JavaScript thread. Calls that come while one is pending melt into it.
class JsWaker {
public:
	JsWaker(Napi::Env env, const char* name, std::function<void(Napi::Env)> on_wake);
	~JsWaker();
	JsWaker(const JsWaker&) = delete;
	JsWaker& operator=(const JsWaker&) = delete;

	/// Any thread, never blocks.
	void Wake();

	/// JavaScript thread, after every caller of `Wake` has ended: the function does not run again.
	void Close();

private:
	struct State {
		std::function<void(Napi::Env)> on_wake;
	};
	static void Run(Napi::Env env, Napi::Function, std::shared_ptr<State>* state, void*);
	using Function = Napi::TypedThreadSafeFunction<std::shared_ptr<State>, void, &JsWaker::Run>;

	std::shared_ptr<State> state_;
	Function function_;
	bool closed_ = false;
};

}  // namespace porthole
