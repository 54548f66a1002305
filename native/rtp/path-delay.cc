#include "rtp/path-delay.h"

#include <algorithm>
#include <cmath>

namespace porthole {

namespace {

constexpr double kBucket = 1000;
constexpr double kReferenceUnit = 64;
/// A receiver's clock that leaps by more than this against ours is a new clock.
constexpr double kLeap = 10'000;
/// Delays beyond it count as this much.
constexpr double kMaxQueueDelay = 10'000;
constexpr double kWrap = 1 << 24;

}  // namespace

double PathDelay::Begin(std::uint32_t reference, double now) {
	const double before = reference_.value_or(reference);
	double ahead = std::fmod(std::fmod(reference - before, kWrap) + kWrap, kWrap);
	if (ahead >= kWrap / 2) ahead -= kWrap;
	if (reference_ && std::abs(ahead * kReferenceUnit - (now - heard_at_)) > kLeap) buckets_.fill(-1);
	reference_ = before + ahead;
	heard_at_ = now;
	return *reference_ * kReferenceUnit;
}

void PathDelay::Note(double delay, double now) {
	const double number = std::floor(now / kBucket);
	const std::size_t slot = static_cast<std::size_t>(std::fmod(number, kBuckets));
	if (buckets_[slot] != number) {
		buckets_[slot] = number;
		least_[slot] = delay;
	} else {
		least_[slot] = std::min(least_[slot], delay);
	}
}

double PathDelay::Above(double delay, double now) const {
	const double oldest = std::floor(now / kBucket) - kBuckets;
	double least = delay;
	for (std::size_t slot = 0; slot < kBuckets; slot++) {
		if (buckets_[slot] > oldest) least = std::min(least, least_[slot]);
	}
	return std::min(delay - least, kMaxQueueDelay);
}

}  // namespace porthole
