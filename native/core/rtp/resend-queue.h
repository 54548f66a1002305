#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace porthole {

/// Sequence numbers of packets that a viewer misses, in the order asked for. What is missed beyond `kMostWaiting` is not
/// taken, and missed again by the receiver.
class ResendQueue {
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
	std::array<std::uint16_t, kMostWaiting> waiting_;
	std::size_t first_ = 0;
	std::size_t length_ = 0;
	double period_start_ = -1e300;
	int missed_ = 0;
};

}  // namespace porthole
