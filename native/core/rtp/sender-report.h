#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace porthole {

/// What a sender report tells.
struct SenderState {
	std::uint32_t ssrc;
	/// Canonical name, as in the SDP; ASCII, at most 64 characters.
	const std::string& cname;
	/// Milliseconds since the Unix epoch at which the RTP clock was zero.
	double clock_origin;
	std::uint32_t packets;
	/// Payload bytes, without headers.
	std::uint32_t payload_bytes;
};

/// A compound RTCP packet of sender report and source description (RFC 3550, 6.4.1 and 6.5) for the time `now`.
std::vector<std::uint8_t> WriteSenderReport(const SenderState& state, double now);

}  // namespace porthole
