#pragma once

#include <napi.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "encode/pixel-encoder.h"
#include "napi/js-callback.h"
#include "napi/native-object.h"
#include "napi/source-events.h"

namespace porthole {

/// `PixelEncoder` of `server/native/addon.ts`.
class PixelEncoderObject : public NativeObject<PixelEncoderObject> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit PixelEncoderObject(const Napi::CallbackInfo& info);

	void CloseNative();

private:
	void Open(const Napi::CallbackInfo& info);
	void Encode(const Napi::CallbackInfo& info);
	void SetRate(const Napi::CallbackInfo& info);
	Napi::Value Description(const Napi::CallbackInfo& info);
	void Drain(Napi::Env env);

	std::optional<JsCallback> on_frame_;
	std::optional<JsCallback> on_end_;
	std::unique_ptr<JsWaker> waker_;
	std::string description_;
	/// The pixels that are being encoded, kept from the garbage collector.
	Napi::Reference<Napi::Uint8Array> pixels_;

	/// What the encoder's thread has to tell.
	std::mutex mutex_;
	std::optional<EncodedFrame> encoded_;
	std::optional<NativeEnd> end_;
	std::unique_ptr<PixelEncoder> encoder_;
};

}  // namespace porthole
