#pragma once

#include <napi.h>

#include <functional>
#include <memory>

namespace porthole {

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
