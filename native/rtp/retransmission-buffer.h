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

/// Sequence numbers that a viewer asked for with NACK, in that order. What is asked for beyond `kMaxWaiting` is not
/// queued, and the receiver asks again.
class RetransmissionQueue {
public:
	static constexpr std::size_t kMaxWaiting = 512;
	/// Sequence numbers that a receiver may ask for in a period (milliseconds); those beyond are not looked at.
	static constexpr int kMaxNacked = 4096;
	static constexpr double kNackPeriod = 200;

	bool empty() const { return length_ == 0; }

	/// Whether one more number may be looked at now.
	bool TakesNack(double now) {
		if (now - period_start_ >= kNackPeriod) {
			period_start_ = now;
			nacked_ = 0;
		}
		return ++nacked_ <= kMaxNacked;
	}

	void Add(std::uint16_t sequence) {
		if (length_ < kMaxWaiting) waiting_[(first_ + length_++) % kMaxWaiting] = sequence;
	}

	std::optional<std::uint16_t> Take() {
		if (length_ == 0) return std::nullopt;
		const std::uint16_t sequence = waiting_[first_];
		first_ = (first_ + 1) % kMaxWaiting;
		length_--;
		return sequence;
	}

private:
	std::array<std::uint16_t, kMaxWaiting> waiting_{};
	std::size_t first_ = 0;
	std::size_t length_ = 0;
	double period_start_ = -1e300;
	int nacked_ = 0;
};

}  // namespace porthole
