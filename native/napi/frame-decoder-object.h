#pragma once

#include <napi.h>

#include <memory>
#include <mutex>
#include <optional>

#include "decode/frame-decoder.h"
#include "napi/js-callback.h"
#include "napi/native-object.h"
#include "napi/source-events.h"

namespace porthole {

/// `FrameDecoder` of `server/native/addon.ts`.
class FrameDecoderObject : public NativeObject<FrameDecoderObject> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit FrameDecoderObject(const Napi::CallbackInfo& info);

	void CloseNative();

private:
	void Open(const Napi::CallbackInfo& info);
	void Decode(const Napi::CallbackInfo& info);
	void Want(const Napi::CallbackInfo& info);
	void SetScale(const Napi::CallbackInfo& info);
	void Drain(Napi::Env env);

	std::optional<JsCallback> on_frame_;
	std::optional<JsCallback> on_keyframe_wanted_;
	std::optional<JsCallback> on_end_;
	std::unique_ptr<JsWaker> waker_;

	/// What the decoder's thread has to tell.
	std::mutex mutex_;
	std::optional<DecodedFrame> frame_;
	bool lost_ = false;
	std::optional<NativeEnd> end_;
	std::unique_ptr<FrameDecoder> decoder_;
};

}  // namespace porthole
