#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace porthole {

/// What a receiver said about our streams.
class FeedbackEvents {
public:
	virtual ~FeedbackEvents() = default;
	/// It cannot go on without a keyframe (PLI or FIR).
	virtual void KeyframeWanted() = 0;
	/// It misses a packet.
	virtual void OnNack(std::uint16_t sequence) = 0;
	/// Its report: the fraction lost since the one before (0..1), the middle bits of the last sender report's NTP time
	/// (0: none yet) and the time since that came, in 1/65536 s.
	virtual void Report(double lost, std::uint32_t last_sender_report, std::uint32_t delay) = 0;
	/// Transport-wide feedback: the part of the packet, header and all.
	virtual void Transport(std::span<const std::uint8_t> part) = 0;
	/// The most it thinks it can take (REMB), bits per second, 0 to `kMaxLimit`.
	virtual void Limit(double rate) = 0;
};

/// Whatever a receiver says, it can take no more than this, bits per second.
constexpr double kMaxLimit = 1e9;

/// Reads a compound RTCP packet from a receiver of `ssrc`; what is unknown, cut short or about others is skipped.
void ReadFeedback(std::span<const std::uint8_t> packet, std::uint32_t ssrc, FeedbackEvents& events);

/// What a sender report tells.
struct SenderState {
	std::uint32_t ssrc;
	/// Canonical name, as in the SDP; ASCII, at most 64 characters.
	const std::string& cname;
	/// The moment (`MonotonicMs`) at which the RTP clock was zero.
	double clock_origin;
	std::uint32_t packets;
	/// Payload bytes, without headers.
	std::uint32_t payload_bytes;
};

/// A compound RTCP packet of sender report and source description (RFC 3550, 6.4.1 and 6.5) for the time `now`.
std::vector<std::uint8_t> WriteSenderReport(const SenderState& state, double now);

}  // namespace porthole
