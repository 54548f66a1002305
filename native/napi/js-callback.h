#pragma once

#include <napi.h>

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

}  // namespace porthole
