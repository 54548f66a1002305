#include "encode/core-foundation.h"

#include <VideoToolbox/VideoToolbox.h>

#include <vector>

namespace porthole {

CfRef<CFNumberRef> CfNumber(std::int32_t value) {
	return CfRef<CFNumberRef>::Adopt(CFNumberCreate(kCFAllocatorDefault, kCFNumberSInt32Type, &value));
}

CfRef<CFNumberRef> CfNumber(double value) {
	return CfRef<CFNumberRef>::Adopt(CFNumberCreate(kCFAllocatorDefault, kCFNumberFloat64Type, &value));
}

CfRef<CFDictionaryRef> CfDictionary(std::initializer_list<std::pair<CFStringRef, CFTypeRef>> entries) {
	std::vector<const void*> keys;
	std::vector<const void*> values;
	for (const auto& [key, value] : entries) {
		keys.push_back(key);
		values.push_back(value);
	}
	return CfRef<CFDictionaryRef>::Adopt(CFDictionaryCreate(kCFAllocatorDefault, keys.data(), values.data(),
		static_cast<CFIndex>(keys.size()), &kCFTypeDictionaryKeyCallBacks, &kCFTypeDictionaryValueCallBacks));
}

std::string CfText(CFStringRef text) {
	const CFIndex most = CFStringGetMaximumSizeForEncoding(CFStringGetLength(text), kCFStringEncodingUTF8) + 1;
	std::string bytes(static_cast<std::size_t>(most), '\0');
	if (!CFStringGetCString(text, bytes.data(), most, kCFStringEncodingUTF8)) return "";
	bytes.resize(bytes.find('\0'));
	return bytes;
}

std::string StatusText(OSStatus status) {
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
