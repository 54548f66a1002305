#include "encode/pixel-buffer-pool.h"

#include "encode/core-foundation.h"
#include "native-error.h"

namespace porthole {

namespace {

/// One that is drawn to, one that was encoded last, and what an encoder keeps.
constexpr std::int32_t kMaxFrames = 8;

void Tag(CVPixelBufferRef pixels) {
	const auto set = [pixels](CFStringRef key, CFStringRef value) {
		CVBufferSetAttachment(pixels, key, value, kCVAttachmentMode_ShouldPropagate);
	};
	set(kCVImageBufferColorPrimariesKey, kCVImageBufferColorPrimaries_ITU_R_709_2);
	set(kCVImageBufferTransferFunctionKey, kCVImageBufferTransferFunction_sRGB);
	set(kCVImageBufferYCbCrMatrixKey, kCVImageBufferYCbCrMatrix_ITU_R_601_4);
}

}  // namespace

PixelBufferPool::PixelBufferPool(int width, int height)
	: limit_(CfDictionary({{kCVPixelBufferPoolAllocationThresholdKey, CfNumber(kMaxFrames).get()}})) {
	const auto format = CfNumber(static_cast<std::int32_t>(kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange));
	const auto frame_width = CfNumber(width);
	const auto frame_height = CfNumber(height);
	// Without it, the graphics processor and the encoder would work on copies.
	const auto surface = CfDictionary({});
	const auto attributes = CfDictionary({
		{kCVPixelBufferPixelFormatTypeKey, format.get()},
		{kCVPixelBufferWidthKey, frame_width.get()},
		{kCVPixelBufferHeightKey, frame_height.get()},
		{kCVPixelBufferIOSurfacePropertiesKey, surface.get()},
	});
	const CVReturn status = CVPixelBufferPoolCreate(kCFAllocatorDefault, nullptr, attributes.get(), pool_.out());
	if (status != kCVReturnSuccess) {
		throw NativeError("capture-failed",
			"CoreVideo gave no frames of " + std::to_string(width) + "x" + std::to_string(height) + " pixels (" +
				StatusText(status) + ").");
	}
}

CfRef<CVPixelBufferRef> PixelBufferPool::Take() {
	CfRef<CVPixelBufferRef> frame;
	const CVReturn status = CVPixelBufferPoolCreatePixelBufferWithAuxAttributes(kCFAllocatorDefault, pool_.get(),
		limit_.get(), frame.out());
	if (status == kCVReturnWouldExceedAllocationThreshold) return {};
	if (status != kCVReturnSuccess) {
		throw NativeError("capture-failed", "CoreVideo gave no frame (" + StatusText(status) + ").");
	}
	Tag(frame.get());
	return frame;
}

}  // namespace porthole
