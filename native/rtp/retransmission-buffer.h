#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rtp/rtp-unit.h"

namespace porthole {

/// The packets last sent to one viewer, by sequence number; the oldest are dropped. Payloads are shared with all
/// viewers, only the numbers are the viewer's own.
class RetransmissionBuffer {
public:
	/// Packets kept: 4.5 s at 4 Mbit/s. A power of two that divides 2^16.
	static constexpr std::size_t kSize = 2048;
	/// Most packets sent again in so many milliseconds: 25 Mbit/s, enough for a second's blackout and no amplifier.
	static constexpr int kMaxRetransmitted = 512;
	static constexpr double kRetransmitPeriod = 200;

	struct Entry {
		UnitPacket packet;
		/// The RTP timestamp it was sent with.
		std::uint32_t timestamp = 0;
		std::uint16_t sequence = 0;
		double retransmitted_at = 0;
	};

	void Add(std::uint16_t sequence, UnitPacket packet, std::uint32_t timestamp);

	/// The packet sent with this number; null when it was dropped since, or never sent.
	Entry* Get(std::uint16_t sequence);

	/// Whether a kept packet may be sent again now, which it then counts as: each once in `interval` milliseconds, and
	/// not too many together.
	bool MayRetransmit(Entry& entry, double now, double interval);

private:
	std::vector<Entry> entries_ = std::vector<Entry>(kSize);
	double period_start_ = -1e300;
	int retransmitted_in_period_ = 0;
};

/// Sequence numbers of packets that a viewer misses, in the order asked for. What is missed beyond `kMostWaiting` is not
/// taken, and missed again by the receiver.
class RetransmissionQueue {
public:
	static constexpr std::size_t kMostWaiting = 512;
	/// Most numbers that a receiver may miss in a period (milliseconds); those beyond are not looked at.
	static constexpr int kMostMissed = 4096;
	static constexpr double kMissedPeriod = 200;

	bool empty() const { return length_ == 0; }

	/// Whether one more missed number may be looked at now.
	bool MayMiss(double now) {
		if (now - period_start_ >= kMissedPeriod) {
			period_start_ = now;
			missed_ = 0;
		}
		return ++missed_ <= kMostMissed;
	}

	void Add(std::uint16_t sequence) {
		if (length_ < kMostWaiting) waiting_[(first_ + length_++) % kMostWaiting] = sequence;
	}

	std::optional<std::uint16_t> Take() {
		if (length_ == 0) return std::nullopt;
		const std::uint16_t sequence = waiting_[first_];
		first_ = (first_ + 1) % kMostWaiting;
		length_--;
		return sequence;
	}

private:
	std::array<std::uint16_t, kMostWaiting> waiting_{};
	std::size_t first_ = 0;
	std::size_t length_ = 0;
	double period_start_ = -1e300;
	int missed_ = 0;
};

}  // namespace porthole
