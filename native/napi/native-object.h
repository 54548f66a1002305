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

/// What the addon's classes share: an object that runs until `close()`, whether or not JavaScript still holds it, and
/// that closes by itself when the environment ends. `Derived` has `void CloseNative()`, called once.
template <typename Derived>
class NativeObject : public Napi::ObjectWrap<Derived> {
public:
	explicit NativeObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Derived>(info), env_(info.Env()) {}

protected:
	/// Last step of the constructor: everything is open now.
	void Opened() {
		open_ = true;
		this->Ref();
		napi_add_env_cleanup_hook(env_, AtEnvironmentEnd, this);
	}

	bool open() const { return open_; }

	Napi::Value Close(const Napi::CallbackInfo& info) {
		if (open_) {
			napi_remove_env_cleanup_hook(env_, AtEnvironmentEnd, this);
			CloseOnce();
			this->Unref();
		}
		return info.Env().Undefined();
	}

private:
	static void AtEnvironmentEnd(void* object) { static_cast<NativeObject*>(object)->CloseOnce(); }

	void CloseOnce() {
		open_ = false;
		static_cast<Derived*>(this)->CloseNative();
	}

	napi_env env_;
	bool open_ = false;
};

}  // namespace porthole
