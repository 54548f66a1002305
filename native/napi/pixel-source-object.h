#pragma once

#include "capture/pixel-source.h"
#include "napi/source-object.h"

namespace porthole {

/// `FrameEncoder` of `server/native/addon.ts`.
class FrameEncoderObject : public SourceObject<FrameEncoderObject, FrameEncoder> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit FrameEncoderObject(const Napi::CallbackInfo& info);

private:
	void Encode(const Napi::CallbackInfo& info);
	void EncodeChecked(const Napi::CallbackInfo& info);

	int width_ = 0;
	int height_ = 0;
};

}  // namespace porthole
