#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace porthole {

/// What is left of 1,200 bytes (every path carries that) after the fixed header (12), all header extensions (32), the
/// original sequence number of a retransmission (2) and the longest SRTP tag (16). A media id longer than a browser's
/// makes a first packet up to 16 longer, which fits IPv6's least MTU (1,280) too.
constexpr std::size_t kMaxPayload = 1200 - 12 - 32 - 2 - 16;

/// By how much the header of a unit's first packet is longer than those of the others, as browsers negotiate it.
constexpr std::size_t kFirstHeaderExtra = 20;

/// Times of one access unit and whether it is a keyframe.
struct UnitTime {
	/// Of `MonotonicMs`.
	double capture_time;
	std::uint32_t rtp_timestamp;
	bool keyframe;
};

/// One access unit as RTP payloads (RFC 6184), made once for all viewers. Does not change.
class RtpUnit {
public:
	/// Cuts an Annex B access unit. The bytes are copied.
	RtpUnit(std::span<const std::uint8_t> data, UnitTime time);

	std::size_t count() const { return ends_.size(); }

	std::span<const std::uint8_t> Payload(std::size_t index) const {
		const std::size_t start = index == 0 ? 0 : ends_[index - 1];
		return {memory_.data() + start, ends_[index] - start};
	}

	/// Bytes of all payloads.
	std::size_t bytes() const { return memory_.size(); }

	const UnitTime& time() const { return time_; }

private:
	using Nal = std::span<const std::uint8_t>;

	void Aggregate(std::span<const Nal> nals);
	void Fragment(Nal nal);
	void Append(Nal bytes) { memory_.insert(memory_.end(), bytes.begin(), bytes.end()); }
	void Finish() { ends_.push_back(static_cast<std::uint32_t>(memory_.size())); }

	const UnitTime time_;
	std::vector<std::uint8_t> memory_;
	/// Where each payload ends in `memory_`.
	std::vector<std::uint32_t> ends_;
};

using RtpUnitRef = std::shared_ptr<const RtpUnit>;

/// A packet of a unit.
struct UnitPacket {
	RtpUnitRef unit;
	std::uint32_t index = 0;

	std::span<const std::uint8_t> payload() const { return unit->Payload(index); }
	bool first() const { return index == 0; }
	bool last() const { return index + 1 == unit->count(); }
};

}  // namespace porthole
