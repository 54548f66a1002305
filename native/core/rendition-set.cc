#include "rendition-set.h"

#include <algorithm>
#include <utility>

#include "clock.h"

namespace porthole {

namespace {

/// So many main pictures in a row may go before a small one that is due.
constexpr int kMostAhead = 2;
/// The least that every encoder takes.
constexpr int kSmallestSide = 16;

/// Two pictures never have the same RTP timestamp (90 kHz), whichever rendition they are of: a receiver that goes from
/// one to the other would take them for one. Milliseconds.
constexpr double kLeastStepMs = 0.02;

int HalfSide(int side) { return side / 2 & ~1; }

}  // namespace

RenditionSet::RenditionSet(const EncoderKind& kind, int width, int height, const Rate& rate, double patience_ms,
	SourceSink& sink)
	: kind_(kind),
	  patience_ms_(patience_ms),
	  sink_(sink),
	  main_(kind, Rendition::kMain, width, height, rate, sink),
	  description_(main_.Description()) {
	Pace& pace = paces_[IndexOf(Rendition::kMain)];
	pace.rate = rate;
	pace.pacer.SetFrameRate(rate.frame_rate);
}

void RenditionSet::RequestKeyframe(Rendition rendition) {
	const std::lock_guard lock(mutex_);
	orders_[IndexOf(rendition)].keyframe = true;
}

void RenditionSet::SetRate(Rendition rendition, const std::optional<Rate>& rate) {
	const std::lock_guard lock(mutex_);
	Orders& orders = orders_[IndexOf(rendition)];
	orders.rate_changed = true;
	orders.rate = rate;
}

void RenditionSet::ExpectChange() {
	const std::lock_guard lock(mutex_);
	change_expected_ = true;
}

SourceStats RenditionSet::stats() const {
	const std::lock_guard lock(mutex_);
	return stats_;
}

void RenditionSet::TakeOrders(double now) {
	std::array<Orders, kRenditionCount> orders;
	bool change_expected;
	{
		const std::lock_guard lock(mutex_);
		orders = std::exchange(orders_, {});
		change_expected = std::exchange(change_expected_, false);
	}
	for (const Rendition rendition : kRenditions) {
		Apply(rendition, orders[IndexOf(rendition)], now);
		if (change_expected) PacerOf(rendition).ExpectChange();
	}
}

void RenditionSet::Apply(Rendition rendition, const Orders& orders, double now) {
	if (orders.rate_changed) ApplyRate(rendition, orders.rate);
	if (!orders.keyframe || !Has(rendition)) return;
	CoderOf(rendition).RequestKeyframe();
	PacerOf(rendition).RepeatAt(now + patience_ms_);
}

void RenditionSet::ApplyRate(Rendition rendition, std::optional<Rate> rate) {
	const bool is_small = rendition == Rendition::kSmall;
	if (is_small && !HasRoomForSmall()) rate.reset();
	const bool began = rate && !Has(rendition);
	const Rendition read_before = reader();
	paces_[IndexOf(rendition)].rate = rate;
	if (rate) PacerOf(rendition).SetFrameRate(rate->frame_rate);
	if (is_small && !rate) small_.reset();
	if (is_small && began) MakeSmall(*rate);
	if (rate) CoderOf(rendition).SetRate(*rate);
	if (began) {
		CoderOf(rendition).RequestKeyframe();
		PacerOf(rendition).Changed();
	}
	// What has changed and was not read yet is known to the one that read until now.
	if (reader() != read_before) ScreenChanged();
}

bool RenditionSet::HasRoomForSmall() { return std::min(HalfSide(width()), HalfSide(height())) >= kSmallestSide; }

void RenditionSet::MakeSmall(const Rate& rate) {
	small_ = std::make_unique<PictureCoder>(kind_, Rendition::kSmall, HalfSide(width()), HalfSide(height()), rate, sink_);
	unscaled_.Clear();
	unscaled_.Add({0, 0, width(), height()});
}

void RenditionSet::Resize(int new_width, int new_height) {
	small_.reset();
	main_.Resize(new_width, new_height);
	std::optional<Rate>& small_rate = paces_[IndexOf(Rendition::kSmall)].rate;
	if (!HasRoomForSmall()) small_rate.reset();
	if (small_rate) MakeSmall(*small_rate);
}

Rendition RenditionSet::reader() const {
	return !Has(Rendition::kMain) && Has(Rendition::kSmall) ? Rendition::kSmall : Rendition::kMain;
}

std::optional<double> RenditionSet::DueOf(Rendition rendition) const {
	if (!Has(rendition) || sink_.Blocked(rendition)) return std::nullopt;
	if (rendition != reader() && !has_read_) return std::nullopt;
	return paces_[IndexOf(rendition)].pacer.Due();
}

std::optional<double> RenditionSet::Due() const {
	const std::optional<double> main = DueOf(Rendition::kMain);
	const std::optional<double> small = DueOf(Rendition::kSmall);
	return main && small ? std::min(*main, *small) : main ? main : small;
}

bool RenditionSet::Take(double now) {
	const auto is_due = [&](Rendition rendition) {
		const std::optional<double> due = DueOf(rendition);
		return due && *due <= now;
	};
	const bool small_waits = is_due(Rendition::kSmall);
	const bool main_goes = is_due(Rendition::kMain) && (!small_waits || ahead_ < kMostAhead);
	ahead_ = main_goes && small_waits ? ahead_ + 1 : 0;
	taken_ = main_goes ? Rendition::kMain : Rendition::kSmall;
	const bool change = PacerOf(taken_).Take(now) == PicturePacer::Next::kChange;
	const bool reads = change && taken_ == reader();
	follows_ = change && !reads;
	if (reads && taken_ == Rendition::kMain && Has(Rendition::kSmall)) PacerOf(Rendition::kSmall).Changed();
	return reads;
}

void RenditionSet::Convert(PixelFormat format, const std::uint8_t* pixels, int stride, const Rectangle& part) {
	main_.picture().Convert(format, pixels, stride, part);
	NoteChange(part);
}

void RenditionSet::ConvertPatch(const std::uint8_t* bgra, int stride, const Rectangle& target) {
	main_.picture().ConvertPatch(bgra, stride, target);
	NoteChange(target);
}

void RenditionSet::NoteChange(const Rectangle& part) {
	if (small_) unscaled_.Add(part);
}

void RenditionSet::CountCapture(double capture_ms, double convert_ms) {
	const std::lock_guard lock(mutex_);
	stats_.captured++;
	stats_.capture_ms += capture_ms;
	stats_.convert_ms += convert_ms;
}

void RenditionSet::Code(double capture_time) {
	if (taken_ == reader()) has_read_ = true;
	// Pixels that have not changed are those of this moment; where a change waits already, they are of the last picture's.
	const bool outdated = follows_ && PacerOf(reader()).changed();
	last_capture_time_ = std::max(outdated ? 0 : capture_time, last_capture_time_ + kLeastStepMs);
	const double scale_ms = taken_ == Rendition::kSmall ? ScaleDown() : 0;
	const PictureCoder::Outcome outcome = CoderOf(taken_).Code(last_capture_time_);
	PacerOf(taken_).Coded(outcome.calm);

	const std::lock_guard lock(mutex_);
	RenditionStats& stats = stats_.renditions[IndexOf(taken_)];
	stats_.scale_ms += scale_ms;
	stats.encode_ms += outcome.encode_ms;
	if (!outcome.coded) return;
	stats.encoded++;
	if (outcome.keyframe) stats.keyframes++;
	if (!outcome.delivered) stats.dropped++;
}

double RenditionSet::ScaleDown() {
	const double started = SteadyClockMs();
	for (const Rectangle& part : unscaled_.parts()) small_->picture().ScaleDown(main_.picture(), part);
	unscaled_.Clear();
	return SteadyClockMs() - started;
}

}  // namespace porthole
