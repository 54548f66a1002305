#pragma once

// Declarations of CoreMedia for compiling where Apple's SDK is not: what this project uses, written by hand from
// https://developer.apple.com/documentation/coremedia. On a Mac the SDK's own headers take their place.

#include <CoreFoundation/CoreFoundation.h>
#include <CoreVideo/CoreVideo.h>

CF_EXTERN_C_BEGIN

typedef int64_t CMTimeValue;
typedef int32_t CMTimeScale;
typedef int64_t CMTimeEpoch;
typedef uint32_t CMTimeFlags;

enum { kCMTimeFlags_Valid = 1 };

#pragma pack(push, 4)
/// `value / timescale` seconds. Passed by value: 24 bytes.
typedef struct {
	CMTimeValue value;
	CMTimeScale timescale;
	CMTimeFlags flags;
	CMTimeEpoch epoch;
} CMTime;
#pragma pack(pop)

typedef struct CF_BRIDGED_TYPE(id) opaqueCMSampleBuffer* CMSampleBufferRef;
typedef struct CF_BRIDGED_TYPE(id) OpaqueCMBlockBuffer* CMBlockBufferRef;
typedef const struct CF_BRIDGED_TYPE(id) opaqueCMFormatDescription* CMFormatDescriptionRef;
typedef CMFormatDescriptionRef CMVideoFormatDescriptionRef;
typedef FourCharCode CMVideoCodecType;

enum { kCMVideoCodecType_H264 = 0x61766331 };  // 'avc1'

enum {
	kCMBlockBufferNoErr = 0,
	kCMBlockBufferBadOffsetParameterErr = -12703,
	kCMBlockBufferBadLengthParameterErr = -12704,
	kCMFormatDescriptionError_ValueNotAvailable = -12718
};

extern const CMTime kCMTimeInvalid;

CMTime CMTimeMake(int64_t value, int32_t timescale);

CMFormatDescriptionRef CMSampleBufferGetFormatDescription(CMSampleBufferRef sbuf);
CMBlockBufferRef CMSampleBufferGetDataBuffer(CMSampleBufferRef sbuf);
Boolean CMSampleBufferDataIsReady(CMSampleBufferRef sbuf);

size_t CMBlockBufferGetDataLength(CMBlockBufferRef theBuffer);
OSStatus CMBlockBufferCopyDataBytes(CMBlockBufferRef theSourceBuffer, size_t offsetToData, size_t dataLength,
	void* destination);

/// The set's bytes belong to the description. Each of the last four may be NULL.
OSStatus CMVideoFormatDescriptionGetH264ParameterSetAtIndex(CMFormatDescriptionRef videoDesc, size_t parameterSetIndex,
	const uint8_t** parameterSetPointerOut, size_t* parameterSetSizeOut, size_t* parameterSetCountOut,
	int* NALUnitHeaderLengthOut);

CF_EXTERN_C_END
