#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "capture/x11-source.h"
#include "input/x11-injector.h"
#include "napi/js-callback.h"
#include "napi/native-object.h"
#include "napi/source-object.h"

namespace porthole {

/// `X11Source` of `server/native/addon.ts`.
class X11SourceObject : public SourceObject<X11SourceObject, X11Source> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit X11SourceObject(const Napi::CallbackInfo& info);

private:
	void ExpectDamage(const Napi::CallbackInfo& info);
};

/// `X11Screen` of `server/native/addon.ts`.
class X11ScreenObject : public NativeObject<X11ScreenObject> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit X11ScreenObject(const Napi::CallbackInfo& info);

	void CloseNative();

private:
	Napi::Value Size(const Napi::CallbackInfo& info);
	void Pointer(const Napi::CallbackInfo& info);
	void Wheel(const Napi::CallbackInfo& info);
	int Position(const Napi::Value& evdev_code) const;
	void Key(const Napi::CallbackInfo& info);
	void PressCharacter(const Napi::CallbackInfo& info);
	void Text(const Napi::CallbackInfo& info);
	void ReleaseAll(const Napi::CallbackInfo& info);
	Napi::Value Snapshot(const Napi::CallbackInfo& info);

	/// Input that comes after `close()` does nothing.
	template <typename Body>
	void IfOpen(const Napi::CallbackInfo& info, Body body);
	void Push(InputCommand command);
	void Ended(Napi::Env env);

	std::string display_;
	std::mutex end_mutex_;
	NativeEnd end_;
	std::optional<JsCallback> on_end_;
	std::unique_ptr<JsWaker> waker_;
	/// Null once closed.
	std::unique_ptr<X11Injector> input_;
	X11Connection::Size last_size_;
};

}  // namespace porthole
