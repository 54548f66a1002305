#pragma once

#include <algorithm>
#include <limits>

namespace porthole {

/// Whether a viewer may ask for a keyframe: everybody on its rendition gets what it asks for. At once at first; a viewer
/// that needs one again and again waits twice as long each time. Milliseconds.
class KeyframeHold {
public:
	/// First and longest time that a viewer is made to wait before it may ask for yet another keyframe.
	static constexpr double kFirstHold = 250;
	static constexpr double kLongestHold = 4000;
	/// After so long without needing another keyframe a viewer may ask at once again.
	static constexpr double kCalm = 5000;

	/// Whether to ask now. May be called again and again until a keyframe is sent.
	bool MayAsk(double now) {
		if (now < earliest_) return false;
		asked_ = true;
		return true;
	}

	/// A keyframe goes out to this viewer.
	void Served(double now) {
		if (!asked_) return;
		asked_ = false;
		const bool again = now - served_at_ < kCalm + hold_;
		hold_ = again ? std::min(std::max(hold_ * 2, kFirstHold), kLongestHold) : 0;
		served_at_ = now;
		earliest_ = now + hold_;
	}

private:
	double hold_ = 0;
	double earliest_ = -std::numeric_limits<double>::infinity();
	double served_at_ = -std::numeric_limits<double>::infinity();
	bool asked_ = false;
};

}  // namespace porthole
