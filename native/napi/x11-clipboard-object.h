#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "clipboard/x11-clipboard.h"
#include "napi/js-callback.h"
#include "napi/native-object.h"
#include "napi/source-events.h"

namespace porthole {

/// `X11Clipboard` of `server/native/addon.ts`.
class X11ClipboardObject : public NativeObject<X11ClipboardObject> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit X11ClipboardObject(const Napi::CallbackInfo& info);

	void CloseNative();

private:
	void Write(const Napi::CallbackInfo& info);
	void Read(const Napi::CallbackInfo& info);
	ClipboardEvents Events();
	void Drain(Napi::Env env);

	/// What the thread has to tell: of each kind at most one, as nothing is asked for twice at a time.
	struct News {
		bool copied = false;
		/// Empty inside: it was written.
		std::optional<std::optional<ClipboardFailure>> written;
		std::optional<ClipboardReading> read;
		std::optional<NativeEnd> end;
	};

	std::mutex mutex_;
	News news_;
	std::optional<JsCallback> on_copied_;
	std::optional<JsCallback> on_written_;
	std::optional<JsCallback> on_read_;
	std::optional<JsCallback> on_end_;
	std::unique_ptr<JsWaker> waker_;
	/// JavaScript has not heard of the last call's outcome yet.
	bool writing_ = false;
	bool reading_ = false;
	/// Null once closed.
	std::unique_ptr<X11Clipboard> clipboard_;
};

}  // namespace porthole
