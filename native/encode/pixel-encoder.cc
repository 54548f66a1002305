#include "encode/pixel-encoder.h"

#include <utility>

#include "native-error.h"

namespace porthole {

PixelEncoder::PixelEncoder(const EncoderKind& kind, const EncoderSettings& settings, Events events)
	: width_(settings.width),
	  height_(settings.height),
	  events_(std::move(events)),
	  frame_(settings.width, settings.height),
	  encoder_(kind.create({frame_.width(), frame_.height(), settings.rate})),
	  description_(encoder_->Description()) {
	thread_ = GuardedThread("encoder thread", "encoder-failed", [this] { Run(); }, events_.failed);
}

PixelEncoder::~PixelEncoder() { Close(); }

std::size_t PixelEncoder::BytesOf(const RawFrame& frame) const {
	const auto stride = static_cast<std::size_t>(frame.stride);
	const auto rows = static_cast<std::size_t>(height_);
	if (frame.format == RawFrame::Format::kNv12) return stride * (rows + (rows + 1) / 2);
	return stride * (rows - 1) + static_cast<std::size_t>(width_) * 4;
}

bool PixelEncoder::StrideFits(const RawFrame& frame) const {
	const int bytes = frame.format == RawFrame::Format::kNv12 ? (width_ + 1) / 2 * 2 : width_ * 4;
	return frame.stride >= bytes;
}

bool PixelEncoder::Encode(const RawFrame& frame) {
	{
		const std::lock_guard lock(mutex_);
		if (job_ || closing_) return false;
		job_ = frame;
	}
	wake_.notify_one();
	return true;
}

void PixelEncoder::SetRate(const Rate& rate) {
	const std::lock_guard lock(mutex_);
	rate_ = rate;
}

void PixelEncoder::Close() {
	{
		const std::lock_guard lock(mutex_);
		closing_ = true;
	}
	wake_.notify_one();
	thread_.Join();
}

void PixelEncoder::Run() {
	std::unique_lock lock(mutex_);
	for (;;) {
		wake_.wait(lock, [this] { return job_ || closing_; });
		if (closing_) return;
		const RawFrame job = *job_;
		const std::optional<Rate> rate = std::exchange(rate_, std::nullopt);
		lock.unlock();
		FaultPoint("encoder thread");
		EncodedFrame encoded = Encode(job, rate);
		lock.lock();
		// Before the giver knows of it, so that it may give the next at once.
		job_.reset();
		lock.unlock();
		events_.encoded(std::move(encoded));
		lock.lock();
	}
}

EncodedFrame PixelEncoder::Encode(const RawFrame& frame, const std::optional<Rate>& rate) {
	if (rate) encoder_->SetRate(*rate);
	if (frame.format == RawFrame::Format::kNv12) {
		frame_.ConvertNv12(frame.pixels, frame.stride, height_);
	} else {
		const bool bgra = frame.format == RawFrame::Format::kBgra;
		const Rectangle whole{0, 0, frame_.width(), frame_.height()};
		frame_.Convert(bgra ? PixelFormat::kBgra : PixelFormat::kRgba, frame.pixels, frame.stride, whole);
	}
	EncodedFrame encoded;
	if (!encoder_->Encode(frame_, frame.keyframe || first_, encoded)) return {};
	first_ = false;
	return encoded;
}

}  // namespace porthole
