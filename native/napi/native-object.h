#pragma once

#include <napi.h>

namespace porthole {

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
