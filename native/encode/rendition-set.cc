#include "encode/rendition-set.h"

#include <algorithm>
#include <utility>

#include "clock.h"
#include "native-error.h"

namespace porthole {

namespace {

/// The least that every encoder takes: one macroblock.
constexpr int kSmallestSide = 16;
/// A frame that takes less than this part of its share of the bitrate has nothing left to say.
constexpr double kCalmShare = 0.125;

int HalfSide(int side) { return side / 2 & ~1; }

}  // namespace

RenditionEncoder::RenditionEncoder(const EncoderKind& kind, Rendition rendition, int width, int height,
	const Rate& rate, SourceSink& sink)
	: kind_(kind), rendition_(rendition), sink_(sink), rate_(rate) {
	Resize(width, height);
}

void RenditionEncoder::Resize(int width, int height) {
	if (width < kSmallestSide || height < kSmallestSide) {
		throw NativeError("encoder-rejected",
			"A frame of " + std::to_string(width) + "x" + std::to_string(height) +
				" pixels cannot be encoded; both sides must be at least 16.");
	}
	// The old encoder goes first: two at once would double the memory for nothing.
	encoder_.reset();
	frame_ = std::make_unique<I420Frame>(width, height);
	encoder_ = kind_.create({frame_->width(), frame_->height(), rate_});
	keyframe_wanted_ = true;
}

RenditionEncoder::Outcome RenditionEncoder::Encode(double capture_time) {
	const bool keyframe = std::exchange(keyframe_wanted_, false);
	Outcome outcome;
	const double started = MonotonicMs();
	outcome.encoded = encoder_->Encode(*frame_, keyframe, encoded_);
	outcome.encode_ms = MonotonicMs() - started;
	if (outcome.encoded) {
		outcome.keyframe = encoded_.keyframe;
		outcome.calm = static_cast<double>(encoded_.data.size()) * 8 < rate_.bitrate / rate_.frame_rate * kCalmShare;
		outcome.delivered =
			sink_.Deliver({std::move(encoded_.data), capture_time, MonotonicMs(), encoded_.keyframe, frame_->width(),
				frame_->height(), rendition_, encoder_->DescriptionChanged() ? encoder_->Description() : ""});
		encoded_.data.clear();
	}
	if (keyframe && !outcome.keyframe) keyframe_wanted_ = true;
	if (outcome.encoded && !outcome.delivered) keyframe_wanted_ = true;
	return outcome;
}

void RenditionEncoder::SetRate(const Rate& rate) {
	if (rate == rate_) return;
	rate_ = rate;
	encoder_->SetRate(rate);
}

RenditionSet::RenditionSet(const EncoderKind& kind, int width, int height, const Rate& rate, double patience_ms,
	SourceSink& sink)
	: kind_(kind),
	  patience_ms_(patience_ms),
	  sink_(sink),
	  main_(kind, Rendition::kMain, width, height, rate, sink),
	  description_(main_.Description()),
	  schedule_(rate, [&sink](Rendition rendition) { return sink.Blocked(rendition); }) {}

SourceStats RenditionSet::stats() const {
	const std::lock_guard lock(mutex_);
	return stats_;
}

void RenditionSet::TakeRequests(double now) {
	const RenditionRequests::All requests = requests_.Take();
	for (const Rendition rendition : kRenditions) Apply(rendition, requests.of[IndexOf(rendition)], now);
	if (requests.change_expected) schedule_.ExpectChange();
}

void RenditionSet::Apply(Rendition rendition, const RenditionRequests::Request& request, double now) {
	if (request.rate_changed) ApplyRate(rendition, request.rate);
	if (!request.keyframe || !schedule_.Has(rendition)) return;
	EncoderOf(rendition).RequestKeyframe();
	schedule_.RepeatAt(rendition, now + patience_ms_);
}

void RenditionSet::ApplyRate(Rendition rendition, std::optional<Rate> rate) {
	const bool is_small = rendition == Rendition::kSmall;
	if (is_small && !HasRoomForSmall()) rate.reset();
	const bool began = schedule_.SetRate(rendition, rate);
	if (is_small && !rate) small_.reset();
	if (is_small && began) MakeSmall(*rate);
	if (rate) EncoderOf(rendition).SetRate(*rate);
	if (began) EncoderOf(rendition).RequestKeyframe();
}

bool RenditionSet::HasRoomForSmall() { return std::min(HalfSide(width()), HalfSide(height())) >= kSmallestSide; }

void RenditionSet::MakeSmall(const Rate& rate) {
	small_ = std::make_unique<RenditionEncoder>(kind_, Rendition::kSmall, HalfSide(width()), HalfSide(height()), rate,
		sink_);
	unscaled_.Clear();
	unscaled_.Add({0, 0, width(), height()});
}

void RenditionSet::Resize(int new_width, int new_height) {
	small_.reset();
	main_.Resize(new_width, new_height);
	if (!HasRoomForSmall()) schedule_.SetRate(Rendition::kSmall, std::nullopt);
	if (const std::optional<Rate>& rate = schedule_.rate(Rendition::kSmall)) MakeSmall(*rate);
}

bool RenditionSet::Take(double now) {
	const RenditionSchedule::Taken taken = schedule_.Take(now);
	taken_ = taken.rendition;
	return taken.reads;
}

void RenditionSet::Convert(PixelFormat format, const std::uint8_t* pixels, int stride, const Rectangle& part) {
	main_.frame().Convert(format, pixels, stride, part);
	NoteChange(part);
}

void RenditionSet::ConvertPatch(const std::uint8_t* bgra, int stride, const Rectangle& target) {
	main_.frame().ConvertPatch(bgra, stride, target);
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

void RenditionSet::Encode(double capture_time) {
	const double stamp = schedule_.Stamp(capture_time);
	const double scale_ms = taken_ == Rendition::kSmall ? ScaleDown() : 0;
	const RenditionEncoder::Outcome outcome = EncoderOf(taken_).Encode(stamp);
	schedule_.Coded(taken_, outcome.calm);

	const std::lock_guard lock(mutex_);
	RenditionStats& stats = stats_.renditions[IndexOf(taken_)];
	stats_.scale_ms += scale_ms;
	stats.encode_ms += outcome.encode_ms;
	if (!outcome.encoded) return;
	stats.encoded++;
	if (outcome.keyframe) stats.keyframes++;
	if (!outcome.delivered) stats.dropped++;
}

double RenditionSet::ScaleDown() {
	const double started = MonotonicMs();
	for (const Rectangle& part : unscaled_.parts()) small_->frame().ScaleDown(main_.frame(), part);
	unscaled_.Clear();
	return MonotonicMs() - started;
}

}  // namespace porthole
