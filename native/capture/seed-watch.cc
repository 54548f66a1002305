#include "capture/seed-watch.h"

#include <algorithm>

namespace porthole {

void SeedWatch::Follow(std::uint32_t seed, double now) {
	seen_ = seed;
	looked_at_ = now;
	unexplained_since_.reset();
}

void SeedWatch::Told(std::uint32_t seed, double now) {
	CountLate(now);
	unexplained_since_.reset();
	seen_ = seed;
}

bool SeedWatch::Look(std::uint32_t seed, double now) {
	CountLate(now);
	looked_at_ = now;
	if (seed == seen_) return false;
	seen_ = seed;
	if (!unexplained_since_) unexplained_since_ = now;
	return true;
}

void SeedWatch::ExpectChange(double now) {
	if (untold_ == 0) return;
	fast_until_ = std::max(fast_until_, now + kAfterInputMs);
	looked_at_ = std::max(looked_at_, now - kFastMs);
}

void SeedWatch::CountLate(double now) {
	if (!unexplained_since_ || now - *unexplained_since_ <= kGraceMs) return;
	unexplained_since_.reset();
	untold_++;
	fast_until_ = now + kKeepFastMs;
}

}  // namespace porthole
