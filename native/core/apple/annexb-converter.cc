#include "annexb-converter.h"

#include <utility>

#include "annexb.h"
#include "live-sps.h"

namespace porthole {

namespace {

constexpr std::uint8_t kStartCode[] = {0, 0, 0, 1};
/// A level's largest picture, uncompressed, is not larger (ITU-T H.264 Table A-1, level 5.2).
constexpr std::size_t kLargestSample = 16 << 20;
/// One SPS and 256 PPS are the most that a stream can refer to at a time; encoders have two sets.
constexpr std::size_t kMostSets = 32;

void Append(std::vector<std::uint8_t>& unit, std::span<const std::uint8_t> nal) {
	unit.insert(unit.end(), std::begin(kStartCode), std::end(kStartCode));
	unit.insert(unit.end(), nal.begin(), nal.end());
}

}  // namespace

std::optional<CodedPicture> AnnexBConverter::Convert(CMSampleBufferRef sample) {
	if (!CMSampleBufferDataIsReady(sample)) return std::nullopt;
	const CMFormatDescriptionRef description = CMSampleBufferGetFormatDescription(sample);
	const CMBlockBufferRef block = CMSampleBufferGetDataBuffer(sample);
	if (description == nullptr || block == nullptr) return std::nullopt;
	const std::size_t size = CMBlockBufferGetDataLength(block);
	if (size == 0 || size > kLargestSample) return std::nullopt;
	// A block may lie in pieces, so that no pointer leads to all of it.
	std::vector<std::uint8_t> data(size);
	if (CMBlockBufferCopyDataBytes(block, 0, size, data.data()) != kCMBlockBufferNoErr) return std::nullopt;

	std::vector<std::uint8_t> sets;
	std::size_t prefix = 0;
	CodedPicture slices;
	if (!ReadParameterSets(description, sets, prefix) || !Split(data, prefix, slices)) return std::nullopt;
	CodedPicture coded;
	coded.keyframe = slices.keyframe;
	if (slices.keyframe || sets != sent_sets_) coded.data = sets;
	coded.data.insert(coded.data.end(), slices.data.begin(), slices.data.end());
	sent_sets_ = std::move(sets);
	return coded;
}

bool AnnexBConverter::ReadParameterSets(CMFormatDescriptionRef description, std::vector<std::uint8_t>& sets,
	std::size_t& prefix) {
	std::size_t count = 1;
	for (std::size_t index = 0; index < count; index++) {
		const std::uint8_t* bytes = nullptr;
		std::size_t size = 0;
		int prefix_length = 0;
		if (CMVideoFormatDescriptionGetH264ParameterSetAtIndex(description, index, &bytes, &size, &count,
				&prefix_length) != noErr) {
			return false;
		}
		if (bytes == nullptr || size == 0 || count > kMostSets) return false;
		if (prefix_length != 1 && prefix_length != 2 && prefix_length != 4) return false;
		prefix = static_cast<std::size_t>(prefix_length);
		const std::span<const std::uint8_t> nal(bytes, size);
		const bool is_sps = (nal[0] & 0x1f) == kNalSps;
		const std::optional<std::vector<std::uint8_t>> live = is_sps ? LiveSps(nal) : std::nullopt;
		Append(sets, live ? *live : nal);
	}
	return true;
}

bool AnnexBConverter::Split(std::span<const std::uint8_t> data, std::size_t prefix, CodedPicture& coded) {
	while (!data.empty()) {
		if (data.size() < prefix) return false;
		std::size_t size = 0;
		for (const std::uint8_t byte : data.first(prefix)) size = size << 8 | byte;
		data = data.subspan(prefix);
		if (size == 0 || size > data.size()) return false;
		const std::span<const std::uint8_t> nal = data.first(size);
		data = data.subspan(size);
		const int type = nal[0] & 0x1f;
		if (type != kNalSlice && type != kNalIdrSlice) continue;
		if (type == kNalIdrSlice) coded.keyframe = true;
		Append(coded.data, nal);
	}
	return !coded.data.empty();
}

}  // namespace porthole
