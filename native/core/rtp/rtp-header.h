#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace porthole {

/// Longest header that is ever written, bytes: fixed part, extension head and all extensions, padded.
constexpr std::size_t kMaxRtpHeader = 12 + 32;

/// Ids (1..14) of the header extensions that the other side took; 0: not sent.
struct ExtensionIds {
	std::uint8_t mid = 0;
	std::uint8_t transport_sequence = 0;
	std::uint8_t playout_delay = 0;
	std::uint8_t capture_time = 0;
};

/// What differs from packet to packet.
struct HeaderFields {
	std::uint8_t payload_type;
	std::uint16_t sequence;
	std::uint32_t timestamp;
	std::uint32_t ssrc;
	/// Counts all packets of the connection, for congestion feedback.
	std::uint16_t transport_sequence;
	bool first;
	bool last;
};

/// Writes RTP headers with one-byte extensions (RFC 3550, 5.1; RFC 8285, 4.2). What goes into which packet, and why,
/// stands in `server/webrtc/rtp/rtp-packet.ts`.
class RtpHeaderWriter {
public:
	/// `mid`: media id in the SDP, at most two characters.
	RtpHeaderWriter(ExtensionIds ids, std::string mid) : ids_(ids), mid_(std::move(mid)) {}

	/// Ends the sending of the media id.
	void ReceiverKnowsStream() { receiver_knows_stream_ = true; }

	/// Writes at most `kMaxRtpHeader` bytes and answers how many.
	/// `capture_time`: milliseconds since the Unix epoch.
	std::size_t Write(std::uint8_t* out, double capture_time, const HeaderFields& fields) const;

private:
	std::size_t WriteExtensions(std::uint8_t* out, double capture_time, const HeaderFields& fields) const;

	const ExtensionIds ids_;
	const std::string mid_;
	bool receiver_knows_stream_ = false;
};

}  // namespace porthole
