#pragma once

#include <CoreVideo/CoreVideo.h>

#include "encode/core-foundation.h"

namespace porthole {

/// NV12 pictures of one size that encoders and converters share without copies. Bounded: so many are never given out that
/// a stuck encoder eats the memory.
class PicturePool {
public:
	/// Even sides, pixels. Throws NativeError `capture-failed`.
	PicturePool(int width, int height);

	/// A picture that nobody uses, tagged with the colours of `colour.h`; nothing when all are in use.
	/// Throws NativeError `capture-failed`.
	CfRef<CVPixelBufferRef> Take();

private:
	CfRef<CVPixelBufferPoolRef> pool_;
	CfRef<CFDictionaryRef> limit_;
};

}  // namespace porthole
