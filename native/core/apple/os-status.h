#pragma once

#include <VideoToolbox/VideoToolbox.h>

#include <string>

namespace porthole {

/// A status of VideoToolbox or CoreVideo in words, such as "-12915, the encoder is not available now".
inline std::string StatusText(OSStatus status) {
	const auto with = [status](const char* words) { return std::to_string(status) + ", " + words; };
	switch (status) {
		case kVTInvalidSessionErr:
			return with("the session is not valid any more");
		case kVTCouldNotFindVideoEncoderErr:
			return with("there is no such encoder");
		case kVTVideoEncoderNotAvailableNowErr:
			return with("the encoder is not available now");
		case kVTVideoEncoderMalfunctionErr:
			return with("the encoder failed");
		case kVTAllocationFailedErr:
			return with("memory is short");
		case kVTParameterErr:
			return with("it does not take such parameters");
		case kVTPixelTransferNotSupportedErr:
			return with("such pixels cannot be converted");
		case kCVReturnWouldExceedAllocationThreshold:
			return with("all pictures are in use");
		default:
			return "status " + std::to_string(status);
	}
}

}  // namespace porthole
