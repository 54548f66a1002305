#pragma once

#include "capture/pixel-source.h"
#include "napi/source-object.h"

namespace porthole {

/// `PixelSource` of `server/native/addon.ts`.
class PixelSourceObject : public SourceObject<PixelSourceObject, PixelSource> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit PixelSourceObject(const Napi::CallbackInfo& info);

private:
	void Encode(const Napi::CallbackInfo& info);
	void EncodeChecked(const Napi::CallbackInfo& info);

	int width_ = 0;
	int height_ = 0;
};

}  // namespace porthole
