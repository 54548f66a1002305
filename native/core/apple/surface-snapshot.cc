#include "surface-snapshot.h"

#include <CoreVideo/CoreVideo.h>

#include <cstring>

#include "cf-ref.h"
#include "native-error.h"
#include "os-status.h"
#include "surface-copier.h"

namespace porthole {

namespace {

/// Locks a pixel buffer's memory for reading.
class LockedPixels {
public:
	explicit LockedPixels(CVPixelBufferRef pixels) : pixels_(pixels) {
		const CVReturn status = CVPixelBufferLockBaseAddress(pixels_, kCVPixelBufferLock_ReadOnly);
		if (status == kCVReturnSuccess) return;
		throw NativeError("capture-failed", "A copy of the screen cannot be read (" + StatusText(status) + ").");
	}
	~LockedPixels() { CVPixelBufferUnlockBaseAddress(pixels_, kCVPixelBufferLock_ReadOnly); }
	LockedPixels(const LockedPixels&) = delete;
	LockedPixels& operator=(const LockedPixels&) = delete;

	const std::uint8_t* row(std::size_t y) const {
		return static_cast<const std::uint8_t*>(CVPixelBufferGetBaseAddress(pixels_)) +
			y * CVPixelBufferGetBytesPerRow(pixels_);
	}

private:
	const CVPixelBufferRef pixels_;
};

}  // namespace

SurfaceSnapshot TakeSnapshot(IOSurfaceRef surface) {
	const std::size_t width = IOSurfaceGetWidth(surface);
	const std::size_t height = IOSurfaceGetHeight(surface);
	CfRef<CVPixelBufferRef> copy;
	const CVReturn status =
		CVPixelBufferCreate(kCFAllocatorDefault, width, height, kCVPixelFormatType_32BGRA, nullptr, copy.out());
	if (status != kCVReturnSuccess) {
		throw NativeError("capture-failed", "CoreVideo gave no picture of " + std::to_string(width) + "x" +
			std::to_string(height) + " pixels (" + StatusText(status) + ").");
	}
	SurfaceCopier().Take(surface, copy.get());
	SurfaceSnapshot snapshot{static_cast<int>(width), static_cast<int>(height), {}};
	const std::size_t row = width * 4;
	snapshot.bgra.resize(row * height);
	const LockedPixels pixels(copy.get());
	for (std::size_t y = 0; y < height; y++) std::memcpy(snapshot.bgra.data() + y * row, pixels.row(y), row);
	return snapshot;
}

}  // namespace porthole
