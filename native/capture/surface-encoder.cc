#include "capture/surface-encoder.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "encode/core-foundation.h"
#include "native-error.h"

namespace porthole {

namespace {

/// An encoder that has not answered by then will not; it takes some 5 ms, its first frame some 100.
constexpr double kAnswerLimitMs = 2000;
/// Failures in a row, or attempts to get a session, before it is the source's end: some four seconds.
constexpr int kMaxFailures = 10;
constexpr double kFirstWaitMs = 10;
constexpr double kLongestWaitMs = 500;
/// A frame that takes less than this part of its share of the bitrate has nothing left to say.
constexpr double kCalmShare = 0.125;

double WaitAfter(int failures) {
	return std::min(kLongestWaitMs, kFirstWaitMs * static_cast<double>(1 << std::min(failures, 10)));
}

}  // namespace

void SurfaceEncoder::Resize(int width, int height) {
	Rest();
	width_ = width;
	height_ = height;
}

void SurfaceEncoder::Rest() {
	session_.reset();
	in_flight_.reset();
	frame_.Reset();
	pool_.reset();
	keyframe_wanted_ = true;
}

void SurfaceEncoder::SetRate(const Rate& rate) {
	if (rate == rate_) return;
	rate_ = rate;
	if (session_) session_->SetRate(rate);
}

double SurfaceEncoder::busy_until() const { return in_flight_ ? std::numeric_limits<double>::infinity() : retry_at_; }

std::optional<double> SurfaceEncoder::deadline() const {
	return in_flight_ ? std::optional(in_flight_->began + kAnswerLimitMs) : std::nullopt;
}

CfRef<CVPixelBufferRef> SurfaceEncoder::NewFrame() {
	if (!pool_) pool_ = std::make_unique<PixelBufferPool>(width_, height_);
	return pool_->Take();
}

void SurfaceEncoder::Encode(double capture_time, double now) {
	if (!session_ && !MakeSession(now)) return;
	in_flight_ = InFlight{++last_number_, capture_time, now, std::exchange(keyframe_wanted_, false)};
	session_->Encode(frame_.get(), in_flight_->frame, capture_time, in_flight_->keyframe);
}

bool SurfaceEncoder::MakeSession(double now) {
	try {
		session_ = std::make_unique<CompressionSession>(EncoderSettings{width_, height_, rate_}, on_answer_);
	} catch (const NativeError& error) {
		// Other programs may use all encoders there are, for a while.
		if (error.code() != "encoder-unavailable" || ++failures_ > kMaxFailures) throw;
		retry_at_ = now + WaitAfter(failures_);
		return false;
	}
	sessions_++;
	keyframe_wanted_ = true;
	return true;
}

std::optional<SurfaceEncoder::Outcome> SurfaceEncoder::Take(CompressionAnswer answer, double now) {
	if (!in_flight_ || in_flight_->frame != answer.frame) return std::nullopt;
	const InFlight frame = *std::exchange(in_flight_, std::nullopt);
	if (answer.kind == CompressionAnswer::Kind::kFailed) return Fail(frame, StatusText(answer.status), now);
	Outcome outcome;
	outcome.capture_time = frame.capture_time;
	outcome.encode_ms = now - frame.began;
	if (answer.kind == CompressionAnswer::Kind::kEncoded) {
		failures_ = 0;
		outcome.calm =
			static_cast<double>(answer.encoded.data.size()) * 8 < rate_.bitrate / rate_.frame_rate * kCalmShare;
		outcome.encoded = std::move(answer.encoded);
		if (session_->description() != description_) outcome.description = description_ = session_->description();
	}
	if (frame.keyframe && !outcome.encoded.keyframe) keyframe_wanted_ = true;
	outcome.again = keyframe_wanted_ || outcome.encoded.data.empty();
	return outcome;
}

std::optional<SurfaceEncoder::Outcome> SurfaceEncoder::GiveUp(double now) {
	if (!in_flight_ || now < *deadline()) return std::nullopt;
	return Fail(*std::exchange(in_flight_, std::nullopt), "it does not answer", now);
}

SurfaceEncoder::Outcome SurfaceEncoder::Fail(const InFlight& frame, const std::string& why, double now) {
	session_.reset();
	keyframe_wanted_ = true;
	if (++failures_ > kMaxFailures) {
		throw NativeError("encoder-failed",
			"VideoToolbox's encoder failed " + std::to_string(failures_) + " times in a row (" + why +
				"); the last time with a frame of " + std::to_string(width_) + "x" + std::to_string(height_) +
				" pixels.");
	}
	retry_at_ = now + WaitAfter(failures_);
	Outcome outcome;
	outcome.capture_time = frame.capture_time;
	outcome.encode_ms = now - frame.began;
	outcome.again = true;
	return outcome;
}

}  // namespace porthole
