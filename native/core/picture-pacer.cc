#include "picture-pacer.h"

#include <algorithm>

namespace porthole {

namespace {

/// How far ahead of the rate a picture may be, in intervals: enough that a source of the same rate with some jitter
/// is not beaten down to a fraction of it.
constexpr double kJitterAllowance = 0.5;
/// The same after input and for keyframes. Bounded, so that a stream of input cannot outrun the rate for long.
constexpr double kUrgentAllowance = 3;

}  // namespace

void PicturePacer::Changed() {
	if (!changed_) urgent_ = false;
	changed_ = true;
	if (expected_) urgent_ = true;
	expected_ = false;
}

void PicturePacer::RepeatAt(double time) { repeat_at_ = repeat_at_ ? std::min(*repeat_at_, time) : time; }

std::optional<double> PicturePacer::Due() const {
	std::optional<double> due;
	const auto consider = [&due](double time) { due = due ? std::min(*due, time) : time; };
	if (changed_) consider(even_at_ - interval_ * (urgent_ ? kUrgentAllowance : kJitterAllowance));
	if (repeat_at_) consider(std::max(*repeat_at_, even_at_ - interval_ * kUrgentAllowance));
	if (trailing_left_ > 0) consider(trailing_at_);
	return due;
}

PicturePacer::Next PicturePacer::Take(double now) {
	const std::optional<double> due = Due();
	if (!due || *due > now) return Next::kNothing;
	Spend(now);
	if (changed_) {
		changed_ = false;
		trailing_left_ = kTrailingPictures;
		trailing_at_ = now + interval_;
		return Next::kChange;
	}
	// Later ones come slower: the first frees a picture that the receiver holds back, the others only sharpen.
	if (trailing_left_ > 0 && trailing_at_ <= now) {
		trailing_left_--;
		trailing_at_ = now + interval_ * (kTrailingPictures - trailing_left_) * 2;
	}
	return Next::kRepeat;
}

void PicturePacer::Spend(double now) {
	even_at_ = std::max(now, even_at_) + interval_;
	repeat_at_.reset();
}

}  // namespace porthole
