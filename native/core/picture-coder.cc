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

PictureCoder::PictureCoder(const EncoderKind& kind, Rendition rendition, int width, int height, const Rate& rate,
	SourceSink& sink)
	: kind_(kind), rendition_(rendition), sink_(sink), rate_(rate) {
	Resize(width, height);
}

void PictureCoder::Resize(int width, int height) {
	if (width < kSmallestSide || height < kSmallestSide) {
		throw NativeError("encoder-rejected", "A picture of " + std::to_string(width) + "x" +
			std::to_string(height) + " pixels cannot be coded; both sides must be at least 16.");
	}
	// The old encoder goes first: two at once would double the memory for nothing.
	encoder_.reset();
	picture_ = std::make_unique<I420Picture>(width, height);
	encoder_ = kind_.create({picture_->width(), picture_->height(), rate_});
	keyframe_wanted_ = true;
}

PictureCoder::Outcome PictureCoder::Code(double capture_time) {
	const bool keyframe = std::exchange(keyframe_wanted_, false);
	Outcome outcome;
	const double started = SteadyClockMs();
	outcome.coded = encoder_->Encode(*picture_, keyframe, coded_);
	outcome.encode_ms = SteadyClockMs() - started;
	if (outcome.coded) {
		outcome.keyframe = coded_.keyframe;
		outcome.calm = coded_.data.size() * 8 < rate_.bitrate / rate_.frame_rate * kCalmShare;
		outcome.delivered = sink_.Deliver({std::move(coded_.data), capture_time, WallClockMs(), coded_.keyframe,
			picture_->width(), picture_->height(), rendition_,
			encoder_->DescriptionChanged() ? encoder_->Description() : ""});
		coded_.data.clear();
	}
	if (keyframe && !outcome.keyframe) keyframe_wanted_ = true;
	if (outcome.coded && !outcome.delivered) keyframe_wanted_ = true;
	return outcome;
}

void PictureCoder::SetRate(const Rate& rate) {
	if (rate == rate_) return;
	rate_ = rate;
	encoder_->SetRate(rate);
}

}  // namespace porthole
