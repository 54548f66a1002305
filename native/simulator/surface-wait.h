#pragma once

#include <algorithm>

namespace porthole {

/// How long a screen is waited for that is not there yet: for some seconds after a boot a simulator has no screen port,
/// or none with a frame. Times are milliseconds of a steady clock.
class SurfaceWait {
public:
	static constexpr int kMaxAttempts = 10;
	static constexpr double kIntervalMs = 300;
	static constexpr double kGiveUpMs = 8000;

	enum class Next { kLookAgain, kOnlyWait, kGiveUp };

	explicit SurfaceWait(double now) : begin_(now) {}

	/// After a look that found no frame: when the time is up nothing is done any more; after the last look only the
	/// simulator's own word is waited for.
	Next After(double now) {
		if (now - begin_ >= kGiveUpMs) return Next::kGiveUp;
		return ++attempts_ < kMaxAttempts ? Next::kLookAgain : Next::kOnlyWait;
	}

	double UntilGivenUp(double now) const { return std::max(0.0, begin_ + kGiveUpMs - now); }

private:
	double begin_;
	int attempts_ = 0;
};

}  // namespace porthole
