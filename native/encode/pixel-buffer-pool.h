#pragma once

#include <CoreVideo/CoreVideo.h>

#include "encode/core-foundation.h"

namespace porthole {

/// NV12 frames of one size that encoders and converters share without copies. Bounded: so many are never given out that
/// a stuck encoder eats the memory.
class PixelBufferPool {
public:
	/// Even sides, pixels. Throws NativeError `capture-failed`.
	PixelBufferPool(int width, int height);

	/// A frame that nobody uses, tagged with the colours of `colour.h`; nothing when all are in use.
	/// Throws NativeError `capture-failed`.
	CfRef<CVPixelBufferRef> Take();

private:
	CfRef<CVPixelBufferPoolRef> pool_;
	CfRef<CFDictionaryRef> limit_;
};

}  // namespace porthole
