#pragma once

#include <napi.h>

#include <memory>
#include <mutex>
#include <optional>

#include "decode/frame-decoder.h"
#include "napi/js-callback.h"
#include "napi/native-object.h"

namespace porthole {

/// `PictureDecoder` of `server/native/addon.ts`.
class PictureDecoderObject : public NativeObject<PictureDecoderObject> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit PictureDecoderObject(const Napi::CallbackInfo& info);

	void CloseNative();

private:
	void Open(const Napi::CallbackInfo& info);
	void Decode(const Napi::CallbackInfo& info);
	void Want(const Napi::CallbackInfo& info);
	void SetScale(const Napi::CallbackInfo& info);
	void Drain(Napi::Env env);

	std::optional<JsCallback> on_picture_;
	std::optional<JsCallback> on_keyframe_wanted_;
	std::unique_ptr<JsWaker> waker_;

	/// What the decoder's thread has to tell.
	std::mutex mutex_;
	std::optional<DecodedPicture> picture_;
	bool lost_ = false;
	std::unique_ptr<PictureDecoder> decoder_;
};

}  // namespace porthole
