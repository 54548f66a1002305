#pragma once

#include <CoreMedia/CoreMedia.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "encoder.h"

namespace porthole {

/// Turns the samples of one compression session (AVCC: each NAL unit behind its length, parameter sets apart) into access
/// units in Annex B. Each keyframe has all parameter sets of its sample's description before it, so that they may change,
/// and an SPS as live viewers need it.
class AnnexBConverter {
public:
	/// Nothing when the sample is not complete or its lengths do not add up. A keyframe is what has an IDR slice.
	std::optional<CodedPicture> Convert(CMSampleBufferRef sample);

private:
	bool ReadParameterSets(CMFormatDescriptionRef description, std::vector<std::uint8_t>& sets, std::size_t& prefix);
	static bool Split(std::span<const std::uint8_t> data, std::size_t prefix, CodedPicture& coded);

	/// Those that went out last, in Annex B.
	std::vector<std::uint8_t> sent_sets_;
};

}  // namespace porthole
