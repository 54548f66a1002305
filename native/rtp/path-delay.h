#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace porthole {

/// One-way delay above the least of the last ten seconds, milliseconds. The receiver's clock has an unknown offset and may
/// drift: forgetting after ten seconds keeps the error of 100 ppm at one millisecond.
class PathDelay {
public:
	PathDelay() { buckets_.fill(-1); }

	/// Takes the reference time (units of 64 ms, modulo 2^24) of a message that came at `now`; answers it in
	/// milliseconds without wraps.
	double Begin(std::uint32_t reference, double now);

	/// Notes a delay (arrival by the receiver's clock less sending by ours) found at `now`.
	void Note(double delay, double now);

	/// How much a delay is above the least noted, bounded.
	double Above(double delay, double now) const;

private:
	static constexpr std::size_t kBuckets = 10;

	std::array<double, kBuckets> least_{};
	std::array<double, kBuckets> buckets_{};
	/// The receiver's clock at the last message, in units of 64 ms without wraps, and ours then.
	std::optional<double> reference_;
	double heard_at_ = 0;
};

}  // namespace porthole
