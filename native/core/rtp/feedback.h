#pragma once

#include <cstdint>
#include <span>

namespace porthole {

/// What a receiver said about our streams.
class FeedbackEvents {
public:
	virtual ~FeedbackEvents() = default;
	/// It cannot go on without a keyframe (PLI or FIR).
	virtual void KeyframeWanted() = 0;
	/// It misses a packet.
	virtual void Missing(std::uint16_t sequence) = 0;
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

}  // namespace porthole
