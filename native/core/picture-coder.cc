#include "picture-coder.h"

#include <utility>

#include "clock.h"
#include "native-error.h"

namespace porthole {

namespace {

/// The least that every encoder takes: one macroblock.
constexpr int kSmallestSide = 16;
/// A picture that takes less than this part of its share of the bitrate has nothing left to say.
constexpr double kCalmShare = 0.125;

}  // namespace

PictureCoder::PictureCoder(const EncoderKind& kind, int width, int height, const Rate& rate, SourceSink& sink)
	: kind_(kind), sink_(sink), rate_(rate) {
	Resize(width, height);
	description_ = encoder_->Description();
}

void PictureCoder::Resize(int width, int height) {
	if (width < kSmallestSide || height < kSmallestSide) {
		throw NativeError("encoder-rejected", "A picture of " + std::to_string(width) + "x" +
			std::to_string(height) + " pixels cannot be coded; both sides must be at least 16.");
	}
	Rate rate;
	{
		const std::lock_guard lock(mutex_);
		rate = rate_;
		rate_changed_ = false;
	}
	// The old encoder goes first: two at once would double the memory for nothing.
	encoder_.reset();
	picture_ = std::make_unique<I420Picture>(width, height);
	encoder_ = kind_.create({picture_->width(), picture_->height(), rate});
	keyframe_wanted_ = true;
}

bool PictureCoder::Code(double capture_time) {
	const Rate rate = ApplyRate();
	const bool keyframe = keyframe_wanted_.exchange(false);
	const double started = SteadyClockMs();
	const bool coded = encoder_->Encode(*picture_, keyframe, coded_);
	const double took = SteadyClockMs() - started;
	const bool calm = coded && coded_.data.size() * 8 < rate.bitrate / rate.frame_rate * kCalmShare;
	bool delivered = false;
	if (coded) {
		delivered = sink_.Deliver({std::move(coded_.data), capture_time, WallClockMs(), coded_.keyframe,
			picture_->width(), picture_->height(), encoder_->DescriptionChanged() ? encoder_->Description() : ""});
		coded_.data.clear();
	}
	if (keyframe && !(coded && coded_.keyframe)) keyframe_wanted_ = true;
	if (coded && !delivered) keyframe_wanted_ = true;

	const std::lock_guard lock(mutex_);
	stats_.encode_ms += took;
	if (!coded) return false;
	stats_.encoded++;
	if (coded_.keyframe) stats_.keyframes++;
	if (!delivered) stats_.dropped++;
	return calm;
}

void PictureCoder::CountCapture(double capture_ms, double convert_ms) {
	const std::lock_guard lock(mutex_);
	stats_.captured++;
	stats_.capture_ms += capture_ms;
	stats_.convert_ms += convert_ms;
}

void PictureCoder::SetRate(const Rate& rate) {
	const std::lock_guard lock(mutex_);
	rate_ = rate;
	rate_changed_ = true;
}

SourceStats PictureCoder::stats() const {
	const std::lock_guard lock(mutex_);
	return stats_;
}

Rate PictureCoder::ApplyRate() {
	Rate rate;
	bool changed;
	{
		const std::lock_guard lock(mutex_);
		changed = std::exchange(rate_changed_, false);
		rate = rate_;
	}
	if (changed) encoder_->SetRate(rate);
	return rate;
}

}  // namespace porthole
