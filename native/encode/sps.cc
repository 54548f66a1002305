#include "encode/sps.h"

#include <algorithm>

#include "encode/h264-bits.h"
#include "encode/h264.h"

namespace porthole {

namespace {

constexpr std::uint32_t kExtendedSar = 255;
/// `video_format`: unspecified (Table E-2).
constexpr std::uint32_t kVideoFormat = 5;
/// More than a valid cycle has (7.4.2.1.1).
constexpr std::uint32_t kLongestCycle = 255;
/// As many as an HRD may have (E.2.2).
constexpr std::uint32_t kMaxRates = 31;

/// Reads values and writes them again.
class BitCopy {
public:
	explicit BitCopy(std::span<const std::uint8_t> nal) : in(nal) {}

	std::uint32_t Fixed(int count) {
		const std::uint32_t value = in.Fixed(count);
		out.Fixed(value, count);
		return value;
	}

	bool Flag() { return Fixed(1) != 0; }

	/// Of `se(v)` too, whose code is that of an unsigned value.
	std::uint32_t Unsigned() {
		const std::uint32_t value = in.Unsigned();
		out.Unsigned(value);
		return value;
	}

	BitReader in;
	BitWriter out;
};

bool HasChroma(std::uint32_t profile) {
	static constexpr std::uint32_t kProfiles[] = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
	return std::ranges::find(kProfiles, profile) != std::end(kProfiles);
}

/// 7.3.2.1.1.1.
void CopyScalingList(BitCopy& copy, int size) {
	int last = 8;
	int next = 8;
	for (int index = 0; index < size && next != 0; index++) {
		const std::uint32_t code = copy.Unsigned();
		const int delta = code % 2 == 1 ? static_cast<int>(code / 2 % 256) + 1 : -static_cast<int>(code / 2 % 256);
		next = (last + delta + 512) % 256;
		if (next != 0) last = next;
	}
}

void CopyChroma(BitCopy& copy) {
	const std::uint32_t chroma = copy.Unsigned();
	if (chroma == 3) copy.Flag();
	copy.Unsigned();
	copy.Unsigned();
	copy.Flag();
	if (!copy.Flag()) return;
	for (int list = 0; list < (chroma == 3 ? 12 : 8); list++) {
		if (copy.Flag()) CopyScalingList(copy, list < 6 ? 16 : 64);
	}
}

void CopyOrderCycle(BitCopy& copy) {
	copy.Flag();
	copy.Unsigned();
	copy.Unsigned();
	const std::uint32_t cycle = std::min(copy.Unsigned(), kLongestCycle);
	for (std::uint32_t index = 0; index < cycle && !copy.in.exhausted(); index++) copy.Unsigned();
}

/// Copies an SPS (7.3.2.1.1) up to its VUI; gives `max_num_ref_frames`.
std::uint32_t CopySequence(BitCopy& copy) {
	copy.Fixed(8);
	const std::uint32_t profile = copy.Fixed(8);
	copy.Fixed(16);
	copy.Unsigned();
	if (HasChroma(profile)) CopyChroma(copy);
	copy.Unsigned();
	const std::uint32_t order = copy.Unsigned();
	if (order == 0) copy.Unsigned();
	if (order == 1) CopyOrderCycle(copy);
	const std::uint32_t references = copy.Unsigned();
	copy.Flag();
	copy.Unsigned();
	copy.Unsigned();
	if (!copy.Flag()) copy.Flag();
	copy.Flag();
	if (copy.Flag()) {
		for (int edge = 0; edge < 4; edge++) copy.Unsigned();
	}
	return references;
}

/// E.1.2.
void CopyHypotheticalDecoder(BitCopy& copy) {
	const std::uint32_t count = std::min(copy.Unsigned(), kMaxRates) + 1;
	copy.Fixed(8);
	for (std::uint32_t index = 0; index < count; index++) {
		copy.Unsigned();
		copy.Unsigned();
		copy.Flag();
	}
	copy.Fixed(20);
}

void SkipColours(BitReader& in) {
	if (in.Fixed(1) == 0) return;
	in.Fixed(4);
	if (in.Fixed(1) != 0) in.Fixed(24);
}

void WriteColours(BitWriter& out) {
	out.Fixed(1, 1);
	out.Fixed(kVideoFormat, 3);
	out.Fixed(0, 1);
	out.Fixed(1, 1);
	out.Fixed(kColourPrimaries, 8);
	out.Fixed(kTransferCharacteristics, 8);
	out.Fixed(kMatrixCoefficients, 8);
}

/// Copies a VUI (E.1.1) with our colours, or makes one, up to its bitstream restriction, which it leaves out.
void CopyUsability(BitCopy& copy) {
	const bool present = copy.in.Fixed(1) != 0;
	copy.out.Fixed(1, 1);
	if (!present) {
		// Neither aspect ratio nor overscan; then neither chroma location, timing, HRD (twice) nor frame structure.
		copy.out.Fixed(0, 2);
		WriteColours(copy.out);
		return copy.out.Fixed(0, 5);
	}
	if (copy.Flag() && copy.Fixed(8) == kExtendedSar) copy.Fixed(32);
	if (copy.Flag()) copy.Flag();
	SkipColours(copy.in);
	WriteColours(copy.out);
	if (copy.Flag()) {
		copy.Unsigned();
		copy.Unsigned();
	}
	if (copy.Flag()) {
		copy.Fixed(32);
		copy.Fixed(32);
		copy.Flag();
	}
	const bool nal_rates = copy.Flag();
	if (nal_rates) CopyHypotheticalDecoder(copy);
	const bool slice_rates = copy.Flag();
	if (slice_rates) CopyHypotheticalDecoder(copy);
	if (nal_rates || slice_rates) copy.Flag();
	copy.Flag();
}

/// `max_dec_frame_buffering` must hold the reference frames; the other bounds are those that hold without restriction.
void WriteRestriction(BitWriter& out, std::uint32_t references) {
	out.Fixed(3, 2);
	for (const std::uint32_t value : {2u, 1u, 16u, 16u, 0u, references}) out.Unsigned(value);
}

}  // namespace

std::optional<std::vector<std::uint8_t>> LiveSps(std::span<const std::uint8_t> sps) {
	BitCopy copy(sps);
	const std::uint32_t references = CopySequence(copy);
	CopyUsability(copy);
	WriteRestriction(copy.out, references);
	if (copy.in.exhausted()) return std::nullopt;
	return copy.out.Finish();
}

}  // namespace porthole
