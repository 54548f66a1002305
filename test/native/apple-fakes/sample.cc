#include "sample.h"

#include <algorithm>

using namespace porthole::fakes;

extern const CMTime kCMTimeInvalid{0, 0, 0, 0};

CMTime CMTimeMake(int64_t value, int32_t timescale) { return {value, timescale, kCMTimeFlags_Valid, 0}; }

CMFormatDescriptionRef CMSampleBufferGetFormatDescription(CMSampleBufferRef sample) {
	return RefOf<CMFormatDescriptionRef>(As<SampleBuffer>(sample, "CMSampleBufferGetFormatDescription").description);
}

CMBlockBufferRef CMSampleBufferGetDataBuffer(CMSampleBufferRef sample) {
	return RefOf<CMBlockBufferRef>(As<SampleBuffer>(sample, "CMSampleBufferGetDataBuffer").block);
}

Boolean CMSampleBufferDataIsReady(CMSampleBufferRef sample) {
	Find(sample, "CMSampleBufferDataIsReady");
	return 1;
}

size_t CMBlockBufferGetDataLength(CMBlockBufferRef reference) {
	const BlockBuffer& block = As<BlockBuffer>(reference, "CMBlockBufferGetDataLength");
	return block.first.size() + block.second.size();
}

OSStatus CMBlockBufferCopyDataBytes(CMBlockBufferRef reference, size_t offset, size_t length, void* target) {
	const BlockBuffer& block = As<BlockBuffer>(reference, "CMBlockBufferCopyDataBytes");
	Bytes all = block.first;
	all.insert(all.end(), block.second.begin(), block.second.end());
	if (offset > all.size()) return kCMBlockBufferBadOffsetParameterErr;
	if (length > all.size() - offset) return kCMBlockBufferBadLengthParameterErr;
	std::copy_n(all.data() + offset, length, static_cast<std::uint8_t*>(target));
	return kCMBlockBufferNoErr;
}

OSStatus CMVideoFormatDescriptionGetH264ParameterSetAtIndex(CMFormatDescriptionRef reference, size_t index,
	const uint8_t** bytes, size_t* size, size_t* count, int* prefix) {
	const FormatDescription& description =
		As<FormatDescription>(reference, "CMVideoFormatDescriptionGetH264ParameterSetAtIndex");
	if (count != nullptr) *count = description.sets.size();
	if (prefix != nullptr) *prefix = 4;
	if (index >= description.sets.size()) return kCMFormatDescriptionError_ValueNotAvailable;
	if (bytes != nullptr) *bytes = description.sets[index].data();
	if (size != nullptr) *size = description.sets[index].size();
	return noErr;
}
