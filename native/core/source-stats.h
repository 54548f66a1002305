#pragma once

#include <array>
#include <cstdint>

#include "rendition.h"

namespace porthole {

/// Counters of one rendition since the source's start; times are sums over all its pictures, milliseconds.
struct RenditionStats {
	std::uint64_t encoded = 0;
	std::uint64_t dropped = 0;
	std::uint64_t keyframes = 0;
	double encode_ms = 0;
};

/// Counters of one source since its start; times are sums over all pictures, milliseconds.
struct SourceStats {
	std::uint64_t captured = 0;
	double capture_ms = 0;
	double convert_ms = 0;
	/// Making the small picture from the main one.
	double scale_ms = 0;
	std::array<RenditionStats, kRenditionCount> renditions;
};

}  // namespace porthole
