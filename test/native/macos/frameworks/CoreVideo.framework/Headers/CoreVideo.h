#pragma once

// Declarations of CoreVideo for compiling where Apple's SDK is not: what this project uses, written by hand from
// https://developer.apple.com/documentation/corevideo. On a Mac the SDK's own headers take their place.

#include <CoreFoundation/CoreFoundation.h>
#include <IOSurface/IOSurface.h>

CF_EXTERN_C_BEGIN

typedef int32_t CVReturn;
typedef uint64_t CVOptionFlags;
typedef UInt32 CVAttachmentMode;
typedef CVOptionFlags CVPixelBufferLockFlags;
typedef CVOptionFlags CVPixelBufferPoolFlushFlags;

typedef struct CF_BRIDGED_TYPE(id) __CVBuffer* CVBufferRef;
typedef CVBufferRef CVImageBufferRef;
typedef CVImageBufferRef CVPixelBufferRef;
typedef struct CF_BRIDGED_TYPE(id) __CVPixelBufferPool* CVPixelBufferPoolRef;

enum {
	kCVReturnSuccess = 0,
	kCVReturnInvalidPixelBufferAttributes = -6682,
	kCVReturnWouldExceedAllocationThreshold = -6689
};

enum { kCVAttachmentMode_ShouldNotPropagate = 0, kCVAttachmentMode_ShouldPropagate = 1 };

enum { kCVPixelBufferLock_ReadOnly = 0x00000001 };

/// The codes are their names as four characters, such as `BGRA`.
enum { kCVPixelFormatType_32BGRA = 0x42475241, kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange = 0x34323076 };

extern const CFStringRef kCVPixelBufferPixelFormatTypeKey;
extern const CFStringRef kCVPixelBufferWidthKey;
extern const CFStringRef kCVPixelBufferHeightKey;
extern const CFStringRef kCVPixelBufferIOSurfacePropertiesKey;
extern const CFStringRef kCVPixelBufferPoolAllocationThresholdKey;

extern const CFStringRef kCVImageBufferYCbCrMatrixKey;
extern const CFStringRef kCVImageBufferYCbCrMatrix_ITU_R_601_4;
extern const CFStringRef kCVImageBufferColorPrimariesKey;
extern const CFStringRef kCVImageBufferColorPrimaries_ITU_R_709_2;
extern const CFStringRef kCVImageBufferTransferFunctionKey;
extern const CFStringRef kCVImageBufferTransferFunction_sRGB;

/// A dictionary of the four below, pixels; offsets are from the middle of the picture.
extern const CFStringRef kCVImageBufferCleanApertureKey;
extern const CFStringRef kCVImageBufferCleanApertureWidthKey;
extern const CFStringRef kCVImageBufferCleanApertureHeightKey;
extern const CFStringRef kCVImageBufferCleanApertureHorizontalOffsetKey;
extern const CFStringRef kCVImageBufferCleanApertureVerticalOffsetKey;

void CVBufferSetAttachment(CVBufferRef buffer, CFStringRef key, CFTypeRef value, CVAttachmentMode attachmentMode);

CVReturn CVPixelBufferCreate(CFAllocatorRef allocator, size_t width, size_t height, OSType pixelFormatType,
	CFDictionaryRef pixelBufferAttributes, CF_RETURNS_RETAINED CVPixelBufferRef* pixelBufferOut);
CVReturn CVPixelBufferCreateWithIOSurface(CFAllocatorRef allocator, IOSurfaceRef surface,
	CFDictionaryRef pixelBufferAttributes, CF_RETURNS_RETAINED CVPixelBufferRef* pixelBufferOut);

CVReturn CVPixelBufferLockBaseAddress(CVPixelBufferRef pixelBuffer, CVPixelBufferLockFlags lockFlags);
CVReturn CVPixelBufferUnlockBaseAddress(CVPixelBufferRef pixelBuffer, CVPixelBufferLockFlags unlockFlags);
size_t CVPixelBufferGetWidth(CVPixelBufferRef pixelBuffer);
size_t CVPixelBufferGetHeight(CVPixelBufferRef pixelBuffer);
void* CVPixelBufferGetBaseAddress(CVPixelBufferRef pixelBuffer);
size_t CVPixelBufferGetBytesPerRow(CVPixelBufferRef pixelBuffer);
size_t CVPixelBufferGetPlaneCount(CVPixelBufferRef pixelBuffer);
void* CVPixelBufferGetBaseAddressOfPlane(CVPixelBufferRef pixelBuffer, size_t planeIndex);
size_t CVPixelBufferGetBytesPerRowOfPlane(CVPixelBufferRef pixelBuffer, size_t planeIndex);
size_t CVPixelBufferGetHeightOfPlane(CVPixelBufferRef pixelBuffer, size_t planeIndex);

CVReturn CVPixelBufferPoolCreate(CFAllocatorRef allocator, CFDictionaryRef poolAttributes,
	CFDictionaryRef pixelBufferAttributes, CF_RETURNS_RETAINED CVPixelBufferPoolRef* poolOut);
CVReturn CVPixelBufferPoolCreatePixelBufferWithAuxAttributes(CFAllocatorRef allocator,
	CVPixelBufferPoolRef pixelBufferPool, CFDictionaryRef auxAttributes,
	CF_RETURNS_RETAINED CVPixelBufferRef* pixelBufferOut);

CF_EXTERN_C_END
