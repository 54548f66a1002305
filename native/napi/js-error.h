#pragma once

#include <napi.h>

#include "native-error.h"

namespace porthole {

/// Runs `body`; a NativeError becomes an `Error` with its `code`, any other exception one with `native-failure`.
template <typename Body>
auto WithJsErrors(Napi::Env env, Body body) -> decltype(body()) {
	const auto error = [env](const std::string& code, const std::string& message) {
		Napi::Error js_error = Napi::Error::New(env, message);
		js_error.Set("code", code);
		return js_error;
	};
	try {
		return body();
	} catch (const NativeError& thrown) {
		throw error(thrown.code(), thrown.what());
	} catch (const Napi::Error&) {
		throw;
	} catch (const std::exception& thrown) {
		throw error("native-failure", std::string("The native addon failed: ") + thrown.what());
	}
}

}  // namespace porthole
