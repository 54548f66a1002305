#include "capture/surface-copier.h"

#include <CoreVideo/CoreVideo.h>

#include <cstring>

#include "encode/core-foundation.h"
#include "native-error.h"

namespace porthole {

namespace {

/// Neither 4:2:0 nor an SPS's cropping can express odd sides, which phones have (1179 pixels), and scaling one pixel away
/// would blur all others: so the last row or column is cut off. Offsets are from the middle of the surface.
void CutToEven(CVPixelBufferRef pixels) {
	const std::size_t width = CVPixelBufferGetWidth(pixels);
	const std::size_t height = CVPixelBufferGetHeight(pixels);
	if (width % 2 == 0 && height % 2 == 0) return;
	const auto even_width = CfNumber(static_cast<double>(width & ~std::size_t{1}));
	const auto even_height = CfNumber(static_cast<double>(height & ~std::size_t{1}));
	const auto left = CfNumber(width % 2 == 0 ? 0 : -0.5);
	const auto up = CfNumber(height % 2 == 0 ? 0 : -0.5);
	const auto aperture = CfDictionary({
		{kCVImageBufferCleanApertureWidthKey, even_width.get()},
		{kCVImageBufferCleanApertureHeightKey, even_height.get()},
		{kCVImageBufferCleanApertureHorizontalOffsetKey, left.get()},
		{kCVImageBufferCleanApertureVerticalOffsetKey, up.get()},
	});
	CVBufferSetAttachment(pixels, kCVImageBufferCleanApertureKey, aperture.get(), kCVAttachmentMode_ShouldNotPropagate);
}

bool SameSize(CVPixelBufferRef one, CVPixelBufferRef other) {
	return CVPixelBufferGetWidth(one) == CVPixelBufferGetWidth(other) &&
		CVPixelBufferGetHeight(one) == CVPixelBufferGetHeight(other);
}

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

SurfaceCopier::SurfaceCopier() {
	const OSStatus status = VTPixelTransferSessionCreate(kCFAllocatorDefault, session_.out());
	if (status != noErr) {
		throw NativeError("capture-failed", "VideoToolbox gave no way to convert pixels (" + StatusText(status) + ").");
	}
	Set(kVTPixelTransferPropertyKey_ScalingMode, kVTScalingMode_CropSourceToCleanAperture);
	Set(kVTPixelTransferPropertyKey_RealTime, kCFBooleanTrue);
	// As `colour.h` says.
	Set(kVTPixelTransferPropertyKey_DestinationColorPrimaries, kCVImageBufferColorPrimaries_ITU_R_709_2);
	Set(kVTPixelTransferPropertyKey_DestinationTransferFunction, kCVImageBufferTransferFunction_sRGB);
	Set(kVTPixelTransferPropertyKey_DestinationYCbCrMatrix, kCVImageBufferYCbCrMatrix_ITU_R_601_4);
}

SurfaceCopier::~SurfaceCopier() {
	if (session_) VTPixelTransferSessionInvalidate(session_.get());
}

/// What a Mac does not know stays as it is: the frames' own tags say the same.
void SurfaceCopier::Set(CFStringRef key, CFTypeRef value) { VTSessionSetProperty(session_.get(), key, value); }

SurfaceCopier::Copy SurfaceCopier::Take(IOSurfaceRef surface, CVPixelBufferRef target) {
	// Made for each copy: while it lives, the surface counts as used, and its owner may wait for it.
	CfRef<CVPixelBufferRef> source;
	const CVReturn made = CVPixelBufferCreateWithIOSurface(kCFAllocatorDefault, surface, nullptr, source.out());
	if (made != kCVReturnSuccess) {
		throw NativeError("capture-failed", "The screen's surface cannot be read (" + StatusText(made) + ").");
	}
	if (!SameSize(source.get(), target)) CutToEven(source.get());
	Copy copy;
	do {
		copy.seed = IOSurfaceGetSeed(surface);
		Scale(source.get(), target);
		copy.torn = IOSurfaceGetSeed(surface) != copy.seed;
	} while (++copy.copies < kMaxCopies && copy.torn);
	return copy;
}

void SurfaceCopier::Scale(CVPixelBufferRef frame, CVPixelBufferRef target) {
	const OSStatus status = VTPixelTransferSessionTransferImage(session_.get(), frame, target);
	if (status == noErr) return;
	throw NativeError("capture-failed", "A frame of the screen cannot be copied (" + StatusText(status) + ").");
}

SurfaceSnapshot TakeSnapshot(IOSurfaceRef surface) {
	const std::size_t width = IOSurfaceGetWidth(surface);
	const std::size_t height = IOSurfaceGetHeight(surface);
	CfRef<CVPixelBufferRef> copy;
	const CVReturn status =
		CVPixelBufferCreate(kCFAllocatorDefault, width, height, kCVPixelFormatType_32BGRA, nullptr, copy.out());
	if (status != kCVReturnSuccess) {
		throw NativeError("capture-failed",
			"CoreVideo gave no frame of " + std::to_string(width) + "x" + std::to_string(height) + " pixels (" +
				StatusText(status) + ").");
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
