#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "encode/rendition.h"

namespace porthole {

/// One encoded frame on its way to JavaScript. Times are of `MonotonicMs`.
struct AccessUnit {
	std::vector<std::uint8_t> data;
	double capture_time = 0;
	double encoded_time = 0;
	bool keyframe = false;
	int width = 0;
	int height = 0;
	Rendition rendition = Rendition::kMain;
	/// The encoder in words, with the first frame after they have changed.
	std::string encoder;
};

/// Where a source's thread hands over what it makes. Called from that thread; never blocks.
class SourceSink {
public:
	virtual ~SourceSink() = default;

	/// False when the access unit was dropped because the other side did not keep up.
	virtual bool Deliver(AccessUnit unit) = 0;

	/// True from a drop until the other side has caught up and asked for a keyframe of that rendition: coding now would be
	/// in vain.
	virtual bool Blocked(Rendition rendition) const = 0;

	/// The source ended by itself. At most once, and last.
	virtual void End(const std::string& code, const std::string& message) = 0;
};

/// Counters of one rendition since the source's start; times are sums over all its frames, milliseconds.
struct RenditionStats {
	std::uint64_t encoded = 0;
	std::uint64_t dropped = 0;
	std::uint64_t keyframes = 0;
	double encode_ms = 0;
};

/// Counters of one source since its start; times are sums over all frames, milliseconds.
struct SourceStats {
	std::uint64_t captured = 0;
	double capture_ms = 0;
	double convert_ms = 0;
	/// Making the small frame from the main one.
	double scale_ms = 0;
	std::array<RenditionStats, kRenditionCount> renditions;
};

}  // namespace porthole
