#include "js-callback.h"

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

}  // namespace porthole
