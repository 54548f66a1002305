#include "pixel-buffer.h"

#include "script.h"

namespace porthole::fakes {

namespace {

constexpr std::size_t kPadding = 32;
constexpr std::uint8_t kLeftover = 0xa5;

std::size_t StrideOf(std::size_t width, OSType format) {
	return width * (format == kCVPixelFormatType_32BGRA ? 4 : 1) + kPadding;
}

}  // namespace

PixelBuffer::PixelBuffer(std::size_t width, std::size_t height, OSType format, PixelBufferPool* pool)
	: Object("CVPixelBuffer"),
	  width(width),
	  height(height),
	  format(format),
	  stride(StrideOf(width, format)),
	  pixels(stride * (format == kCVPixelFormatType_32BGRA ? height : height * 3 / 2), kLeftover),
	  pool_(pool) {
	if (pool_ == nullptr) return;
	pool_->Retain();
	pool_->given++;
}

PixelBuffer::PixelBuffer(Surface& surface)
	: Object("CVPixelBuffer"),
	  width(surface.width),
	  height(surface.height),
	  format(kCVPixelFormatType_32BGRA),
	  stride(surface.stride),
	  surface(&surface),
	  pool_(nullptr) {
	surface.Retain();
}

void PixelBuffer::Clear() {
	// corevideo/cvpixelbufferunlockbaseaddress(_:_:): each lock has its unlock.
	if (locks != 0) Fault("a CVPixelBuffer was released while it was locked");
	if (surface != nullptr) surface->Release();
	if (attachments_ != nullptr) attachments_->Release();
	if (pool_ == nullptr) return;
	pool_->given--;
	pool_->Release();
}

void PixelBuffer::Attach(CFStringRef key, CFTypeRef value) {
	if (attachments_ == nullptr) attachments_ = new Dictionary;
	attachments_->Set(key, value);
}

}  // namespace porthole::fakes

using namespace porthole::fakes;

PORTHOLE_FAKE_STRING(kCVPixelBufferPixelFormatTypeKey);
PORTHOLE_FAKE_STRING(kCVPixelBufferWidthKey);
PORTHOLE_FAKE_STRING(kCVPixelBufferHeightKey);
PORTHOLE_FAKE_STRING(kCVPixelBufferIOSurfacePropertiesKey);
PORTHOLE_FAKE_STRING(kCVPixelBufferPoolAllocationThresholdKey);
PORTHOLE_FAKE_STRING(kCVImageBufferYCbCrMatrixKey);
PORTHOLE_FAKE_STRING(kCVImageBufferYCbCrMatrix_ITU_R_601_4);
PORTHOLE_FAKE_STRING(kCVImageBufferColorPrimariesKey);
PORTHOLE_FAKE_STRING(kCVImageBufferColorPrimaries_ITU_R_709_2);
PORTHOLE_FAKE_STRING(kCVImageBufferTransferFunctionKey);
PORTHOLE_FAKE_STRING(kCVImageBufferTransferFunction_sRGB);
PORTHOLE_FAKE_STRING(kCVImageBufferCleanApertureKey);
PORTHOLE_FAKE_STRING(kCVImageBufferCleanApertureWidthKey);
PORTHOLE_FAKE_STRING(kCVImageBufferCleanApertureHeightKey);
PORTHOLE_FAKE_STRING(kCVImageBufferCleanApertureHorizontalOffsetKey);
PORTHOLE_FAKE_STRING(kCVImageBufferCleanApertureVerticalOffsetKey);

void CVBufferSetAttachment(CVBufferRef buffer, CFStringRef key, CFTypeRef value, CVAttachmentMode) {
	As<PixelBuffer>(buffer, "CVBufferSetAttachment").Attach(key, value);
}

CVReturn CVPixelBufferCreate(CFAllocatorRef, size_t width, size_t height, OSType format, CFDictionaryRef,
	CVPixelBufferRef* out) {
	*out = RefOf<CVPixelBufferRef>(*new PixelBuffer(width, height, format, nullptr));
	return kCVReturnSuccess;
}

CVReturn CVPixelBufferCreateWithIOSurface(CFAllocatorRef, IOSurfaceRef surface, CFDictionaryRef,
	CVPixelBufferRef* out) {
	*out = RefOf<CVPixelBufferRef>(*new PixelBuffer(As<Surface>(surface, "CVPixelBufferCreateWithIOSurface")));
	return kCVReturnSuccess;
}

CVReturn CVPixelBufferLockBaseAddress(CVPixelBufferRef buffer, CVPixelBufferLockFlags flags) {
	PixelBuffer& pixels = As<PixelBuffer>(buffer, "CVPixelBufferLockBaseAddress");
	if (flags != kCVPixelBufferLock_ReadOnly && pixels.encoding > 0) {
		Fault("a CVPixelBuffer was written to while an encoder had it");
	}
	pixels.locks++;
	return kCVReturnSuccess;
}

CVReturn CVPixelBufferUnlockBaseAddress(CVPixelBufferRef buffer, CVPixelBufferLockFlags) {
	if (--As<PixelBuffer>(buffer, "CVPixelBufferUnlockBaseAddress").locks < 0) Fault("a CVPixelBuffer was not locked");
	return kCVReturnSuccess;
}

size_t CVPixelBufferGetWidth(CVPixelBufferRef buffer) { return As<PixelBuffer>(buffer, "CVPixelBufferGetWidth").width; }
size_t CVPixelBufferGetHeight(CVPixelBufferRef buffer) {
	return As<PixelBuffer>(buffer, "CVPixelBufferGetHeight").height;
}
size_t CVPixelBufferGetBytesPerRow(CVPixelBufferRef buffer) {
	return As<PixelBuffer>(buffer, "CVPixelBufferGetBytesPerRow").stride;
}
size_t CVPixelBufferGetBytesPerRowOfPlane(CVPixelBufferRef buffer, size_t) {
	return CVPixelBufferGetBytesPerRow(buffer);
}

void* CVPixelBufferGetBaseAddressOfPlane(CVPixelBufferRef buffer, size_t plane) {
	PixelBuffer& pixels = As<PixelBuffer>(buffer, "CVPixelBufferGetBaseAddress");
	// corevideo/cvpixelbufferlockbaseaddress(_:_:): before the processor reads or writes.
	if (pixels.locks == 0) Fault("the pixels of a CVPixelBuffer were asked for without a lock");
	return pixels.plane(plane);
}

void* CVPixelBufferGetBaseAddress(CVPixelBufferRef buffer) { return CVPixelBufferGetBaseAddressOfPlane(buffer, 0); }

CVReturn CVPixelBufferPoolCreate(CFAllocatorRef, CFDictionaryRef, CFDictionaryRef attributes,
	CVPixelBufferPoolRef* out) {
	const double width = NumberIn(attributes, kCVPixelBufferWidthKey, 0);
	const double height = NumberIn(attributes, kCVPixelBufferHeightKey, 0);
	const double format = NumberIn(attributes, kCVPixelBufferPixelFormatTypeKey, 0);
	// corevideo/cvpixelbufferpoolcreate(_:_:_:_:): all three are needed.
	if (width < 1 || height < 1 || format == 0) return kCVReturnInvalidPixelBufferAttributes;
	*out = RefOf<CVPixelBufferPoolRef>(
		*new PixelBufferPool(static_cast<size_t>(width), static_cast<size_t>(height), static_cast<OSType>(format)));
	return kCVReturnSuccess;
}

CVReturn CVPixelBufferPoolCreatePixelBufferWithAuxAttributes(CFAllocatorRef, CVPixelBufferPoolRef reference,
	CFDictionaryRef limits, CVPixelBufferRef* out) {
	PixelBufferPool& pool = As<PixelBufferPool>(reference, "CVPixelBufferPoolCreatePixelBufferWithAuxAttributes");
	// corevideo/kcvpixelbufferpoolallocationthresholdkey: no more than so many at a time.
	const double most = NumberIn(limits, kCVPixelBufferPoolAllocationThresholdKey, 1e9);
	if (pool.given >= most || script().TakePoolFailure()) return kCVReturnWouldExceedAllocationThreshold;
	*out = RefOf<CVPixelBufferRef>(*new PixelBuffer(pool.width, pool.height, pool.format, &pool));
	return kCVReturnSuccess;
}
