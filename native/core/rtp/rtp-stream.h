#pragma once

#include <cstdint>

namespace porthole {

/// The numbering of one outgoing RTP stream.
class RtpStream {
public:
	/// `first`: index of the first packet. Below 2^15 no early loss can be mistaken for a rollover.
	RtpStream(std::uint8_t payload_type, std::uint32_t ssrc, std::uint16_t first)
		: payload_type_(payload_type), ssrc_(ssrc), next_(first) {}

	std::uint8_t payload_type() const { return payload_type_; }
	std::uint32_t ssrc() const { return ssrc_; }

	/// Takes the next index: a sequence number with the rollovers above it (RFC 3711, 3.3.1).
	std::uint64_t Take() { return next_++; }

	/// The sequence number given out last.
	std::uint16_t last() const { return static_cast<std::uint16_t>(next_ - 1); }

	/// Whether a sequence number was given out within the last 2^15 packets.
	bool WasSent(std::uint16_t sequence) const { return ((next_ - 1 - sequence) & 0xffff) < 0x8000; }

private:
	const std::uint8_t payload_type_;
	const std::uint32_t ssrc_;
	std::uint64_t next_;
};

}  // namespace porthole
