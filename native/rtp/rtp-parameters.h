#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace porthole {

/// Ids (1..14) of the header extensions that the other side took; 0: not sent.
struct ExtensionIds {
	std::uint8_t mid = 0;
	std::uint8_t transport_sequence = 0;
	std::uint8_t playout_delay = 0;
	std::uint8_t capture_time = 0;
};

/// What was agreed for one viewer's stream.
struct RtpParameters {
	struct Retransmission {
		std::uint8_t payload_type;
		std::uint32_t ssrc;
		std::uint16_t first_sequence;
	};

	std::uint8_t payload_type;
	std::uint32_t ssrc;
	/// Below 2^15, see RtpStream.
	std::uint16_t first_sequence;
	/// Nothing when the other side takes no retransmissions (RFC 4588).
	std::optional<Retransmission> retransmission;
	ExtensionIds extensions;
	std::string mid;
	std::string cname;
	/// The moment (`MonotonicMs`) at which the RTP clock was zero.
	double clock_origin;
};

}  // namespace porthole
