#include "encode/rendition-schedule.h"

#include <algorithm>
#include <utility>

namespace porthole {

namespace {

/// So many main frames in a row may go before a small one that is due.
constexpr int kMaxAhead = 2;

/// Two frames never have the same RTP timestamp (90 kHz), whichever rendition they are of: a receiver that goes from
/// one to the other would take them for one. Milliseconds.
constexpr double kMinStepMs = 0.02;

}  // namespace

RenditionSchedule::RenditionSchedule(const Rate& main, std::function<bool(Rendition)> blocked)
	: blocked_(std::move(blocked)) {
	Pace& pace = schedule_[IndexOf(Rendition::kMain)];
	pace.rate = main;
	pace.pacer.SetFrameRate(main.frame_rate);
}

bool RenditionSchedule::SetRate(Rendition rendition, const std::optional<Rate>& rate) {
	const bool began = rate && !Has(rendition);
	const Rendition read_before = reader();
	schedule_[IndexOf(rendition)].rate = rate;
	if (rate) PacerOf(rendition).SetFrameRate(rate->frame_rate);
	if (began) PacerOf(rendition).Changed();
	// What has changed and was not read yet is known to the one that read until now.
	if (reader() != read_before) ScreenChanged();
	return began;
}

Rendition RenditionSchedule::reader() const {
	return !Has(Rendition::kMain) && Has(Rendition::kSmall) ? Rendition::kSmall : Rendition::kMain;
}

void RenditionSchedule::ExpectChange() {
	for (Pace& pace : schedule_) pace.pacer.ExpectChange();
}

std::optional<double> RenditionSchedule::DueOf(Rendition rendition) const {
	if (!Has(rendition) || blocked_(rendition)) return std::nullopt;
	if (rendition != reader() && !has_read_) return std::nullopt;
	return schedule_[IndexOf(rendition)].pacer.Due();
}

std::optional<double> RenditionSchedule::Due() const {
	const std::optional<double> main = DueOf(Rendition::kMain);
	const std::optional<double> small = DueOf(Rendition::kSmall);
	return main && small ? std::min(*main, *small) : main ? main : small;
}

RenditionSchedule::Taken RenditionSchedule::Take(double now) {
	const auto is_due = [&](Rendition rendition) {
		const std::optional<double> due = DueOf(rendition);
		return due && *due <= now;
	};
	const bool small_waits = is_due(Rendition::kSmall);
	const bool main_goes = is_due(Rendition::kMain) && (!small_waits || ahead_ < kMaxAhead);
	ahead_ = main_goes && small_waits ? ahead_ + 1 : 0;
	taken_ = main_goes ? Rendition::kMain : Rendition::kSmall;
	const bool change = PacerOf(taken_).Take(now) == FramePacer::Next::kChange;
	const bool reads = change && taken_ == reader();
	follows_ = change && !reads;
	if (reads && taken_ == Rendition::kMain && Has(Rendition::kSmall)) PacerOf(Rendition::kSmall).Changed();
	return {taken_, reads};
}

double RenditionSchedule::Stamp(double capture_time) {
	if (taken_ == reader()) has_read_ = true;
	// Pixels that have not changed are those of this moment; where a change waits already, they are of the last frame's.
	const bool outdated = follows_ && PacerOf(reader()).changed();
	last_capture_time_ = std::max(outdated ? 0 : capture_time, last_capture_time_ + kMinStepMs);
	return last_capture_time_;
}

}  // namespace porthole
