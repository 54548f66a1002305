#pragma once

// Declarations of VideoToolbox for compiling where Apple's SDK is not: what this project uses, written by hand from
// https://developer.apple.com/documentation/videotoolbox. On a Mac the SDK's own headers take their place.

#include <CoreFoundation/CoreFoundation.h>
#include <CoreMedia/CoreMedia.h>
#include <CoreVideo/CoreVideo.h>

CF_EXTERN_C_BEGIN

typedef CFTypeRef VTSessionRef;
typedef struct CF_BRIDGED_TYPE(id) OpaqueVTCompressionSession* VTCompressionSessionRef;
typedef struct CF_BRIDGED_TYPE(id) OpaqueVTPixelTransferSession* VTPixelTransferSessionRef;
typedef UInt32 VTEncodeInfoFlags;

enum { kVTEncodeInfo_Asynchronous = 1 << 0, kVTEncodeInfo_FrameDropped = 1 << 1 };

enum {
	kVTPropertyNotSupportedErr = -12900,
	kVTParameterErr = -12902,
	kVTInvalidSessionErr = -12903,
	kVTAllocationFailedErr = -12904,
	kVTPixelTransferNotSupportedErr = -12905,
	kVTCouldNotFindVideoEncoderErr = -12908,
	kVTVideoEncoderMalfunctionErr = -12912,
	kVTVideoEncoderNotAvailableNowErr = -12915
};

/// Called on a thread of the encoder's, in the order of decoding; `sampleBuffer` is NULL for a picture that failed or was
/// dropped, and lives until the callback returns.
typedef void (*VTCompressionOutputCallback)(void* outputCallbackRefCon, void* sourceFrameRefCon, OSStatus status,
	VTEncodeInfoFlags infoFlags, CMSampleBufferRef sampleBuffer);

extern const CFStringRef kVTVideoEncoderSpecification_EnableLowLatencyRateControl;

extern const CFStringRef kVTCompressionPropertyKey_RealTime;
extern const CFStringRef kVTCompressionPropertyKey_AllowFrameReordering;
extern const CFStringRef kVTCompressionPropertyKey_MaxFrameDelayCount;
extern const CFStringRef kVTCompressionPropertyKey_AverageBitRate;
extern const CFStringRef kVTCompressionPropertyKey_ExpectedFrameRate;
extern const CFStringRef kVTCompressionPropertyKey_MaxKeyFrameInterval;
extern const CFStringRef kVTCompressionPropertyKey_ProfileLevel;
extern const CFStringRef kVTCompressionPropertyKey_ColorPrimaries;
extern const CFStringRef kVTCompressionPropertyKey_TransferFunction;
extern const CFStringRef kVTCompressionPropertyKey_YCbCrMatrix;
extern const CFStringRef kVTCompressionPropertyKey_UsingHardwareAcceleratedVideoEncoder;
extern const CFStringRef kVTProfileLevel_H264_ConstrainedBaseline_AutoLevel;
extern const CFStringRef kVTProfileLevel_H264_Baseline_AutoLevel;
extern const CFStringRef kVTEncodeFrameOptionKey_ForceKeyFrame;

extern const CFStringRef kVTPixelTransferPropertyKey_ScalingMode;
extern const CFStringRef kVTScalingMode_CropSourceToCleanAperture;
extern const CFStringRef kVTPixelTransferPropertyKey_DestinationYCbCrMatrix;
extern const CFStringRef kVTPixelTransferPropertyKey_DestinationColorPrimaries;
extern const CFStringRef kVTPixelTransferPropertyKey_DestinationTransferFunction;
extern const CFStringRef kVTPixelTransferPropertyKey_RealTime;

OSStatus VTSessionSetProperty(VTSessionRef session, CFStringRef propertyKey, CFTypeRef propertyValue);
/// `propertyValueOut` is a CFTypeRef*; what it then holds is to be released.
OSStatus VTSessionCopyProperty(VTSessionRef session, CFStringRef propertyKey, CFAllocatorRef allocator,
	void* propertyValueOut);

OSStatus VTCompressionSessionCreate(CFAllocatorRef allocator, int32_t width, int32_t height, CMVideoCodecType codecType,
	CFDictionaryRef encoderSpecification, CFDictionaryRef sourceImageBufferAttributes,
	CFAllocatorRef compressedDataAllocator, VTCompressionOutputCallback outputCallback, void* outputCallbackRefCon,
	CF_RETURNS_RETAINED VTCompressionSessionRef* compressionSessionOut);
void VTCompressionSessionInvalidate(VTCompressionSessionRef session);
OSStatus VTCompressionSessionPrepareToEncodeFrames(VTCompressionSessionRef session);
OSStatus VTCompressionSessionEncodeFrame(VTCompressionSessionRef session, CVImageBufferRef imageBuffer,
	CMTime presentationTimeStamp, CMTime duration, CFDictionaryRef frameProperties, void* sourceFrameRefcon,
	VTEncodeInfoFlags* infoFlagsOut);

OSStatus VTPixelTransferSessionCreate(CFAllocatorRef allocator,
	CF_RETURNS_RETAINED VTPixelTransferSessionRef* pixelTransferSessionOut);
void VTPixelTransferSessionInvalidate(VTPixelTransferSessionRef session);
OSStatus VTPixelTransferSessionTransferImage(VTPixelTransferSessionRef session, CVPixelBufferRef sourceBuffer,
	CVPixelBufferRef destinationBuffer);

CF_EXTERN_C_END
