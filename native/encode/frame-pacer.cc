#include "encode/frame-pacer.h"

#include <algorithm>
#include <utility>

namespace porthole {

namespace {

/// How far ahead of the rate a frame may be, in intervals: enough that a source of the same rate with some jitter
/// is not beaten down to a fraction of it.
constexpr double kJitterAllowance = 0.5;
/// The same after input and for keyframes. Bounded, so that a stream of input cannot outrun the rate for long.
constexpr double kUrgentAllowance = 3;
/// Changes that follow each other faster than this, milliseconds, are a movement: repeats wait for its end.
constexpr double kMovementMs = 60;
/// How much later than expected the next change of a movement may be.
constexpr double kMovementSlack = 1.5;

}  // namespace

void FramePacer::Changed() {
	if (!changed_) urgent_ = false;
	changed_ = true;
	if (expected_ > 0) urgent_ = true;
}

void FramePacer::RepeatAt(double time) { repeat_at_ = repeat_at_ ? std::min(*repeat_at_, time) : time; }

std::optional<double> FramePacer::Due() const {
	std::optional<double> due;
	const auto consider = [&due](double time) { due = due ? std::min(*due, time) : time; };
	if (changed_) consider(even_at_ - interval_ * (urgent_ ? kUrgentAllowance : kJitterAllowance));
	if (repeat_at_) consider(std::max(*repeat_at_, even_at_ - interval_ * kUrgentAllowance));
	if (trailing()) consider(trailing_at_);
	return due;
}

FramePacer::Next FramePacer::Take(double now) {
	const std::optional<double> due = Due();
	if (!due || *due > now) return Next::kNothing;
	even_at_ = std::max(now, even_at_) + interval_;
	const bool wanted = repeat_at_ && *repeat_at_ <= now;
	const bool change = std::exchange(changed_, false);
	was_repeat_ = !change && !wanted;
	if (change || wanted) repeat_at_.reset();
	if (was_repeat_) {
		repeats_++;
		// Later calm ones come slower: the first frees a frame that a receiver holds back, the others only sharpen.
		trailing_at_ = now + interval_ * (calm_ + 1) * 2;
		return Next::kRepeat;
	}
	StartTrailing(now);
	if (!change) return Next::kRepeat;
	if (expected_ > 0) expected_--;
	changed_at_ = now;
	return Next::kChange;
}

void FramePacer::Coded(bool calm) {
	if (!was_repeat_) return;
	if (calm) {
		calm_++;
	} else {
		calm_ = 0;
		trailing_at_ = even_at_;
	}
}

bool FramePacer::trailing() const { return calm_ < kTrailingFrames && repeats_ < kMaxRepeats; }

void FramePacer::StartTrailing(double now) {
	const double gap = now - changed_at_;
	repeats_ = 0;
	calm_ = 0;
	trailing_at_ = now + (gap < kMovementMs ? std::max(interval_, gap * kMovementSlack) : interval_);
}

}  // namespace porthole
