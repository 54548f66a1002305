#pragma once

#include <cstdint>
#include <optional>

namespace porthole {

/// What one transport-wide feedback message tells; see `TransportReport` in `server/webrtc/rtp/sender.ts`.
struct TransportReport {
	double time = 0;
	std::uint32_t received = 0;
	std::uint64_t received_bytes = 0;
	std::uint32_t lost = 0;
	std::optional<double> least_delay;
	std::optional<double> last_delay;
	double last_sent = 0;
	std::optional<double> probed;
	std::uint64_t outstanding = 0;
};

}  // namespace porthole
