#include "frame-encoder.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "clock.h"
#include "native-error.h"

namespace porthole {

namespace {

/// How long a wanted keyframe waits for the next picture before the last one is coded again, milliseconds.
constexpr double kKeyframePatienceMs = 10;

}  // namespace

FrameEncoder::FrameEncoder(const EncoderKind& kind, int width, int height, PixelFormat format, const Rate& rate,
	SourceSink& sink)
	: width_(width),
	  height_(height),
	  format_(format),
	  sink_(sink),
	  coder_(kind, width, height, rate, sink),
	  pacer_(rate.frame_rate),
	  waiting_(std::make_unique<std::uint8_t[]>(static_cast<std::size_t>(width) * height * 4)) {
	thread_ = std::thread([this] { Run(); });
}

FrameEncoder::~FrameEncoder() { Close(); }

void FrameEncoder::Encode(const std::uint8_t* pixels, int stride, std::span<const Rectangle> changed,
	double capture_time) {
	const double started = SteadyClockMs();
	const Rectangle whole{0, 0, width_, height_};
	{
		const std::lock_guard lock(mutex_);
		const auto copy = [&](const Rectangle& part) {
			waiting_changes_.Add(part);
			for (int row = part.y; row < part.bottom(); row++) {
				std::memcpy(waiting_.get() + (static_cast<std::size_t>(row) * width_ + part.x) * 4,
					pixels + static_cast<std::size_t>(row) * stride + static_cast<std::size_t>(part.x) * 4,
					static_cast<std::size_t>(part.width) * 4);
			}
		};
		if (changed.empty() || !has_picture_) {
			copy(whole);
		} else {
			for (const Rectangle& part : changed) copy(part.ClippedTo(width_, height_));
		}
		has_picture_ = true;
		waiting_capture_time_ = capture_time;
		copy_ms_ = SteadyClockMs() - started;
		pacer_.Changed();
	}
	wake_.notify_one();
}

void FrameEncoder::RequestKeyframe() {
	coder_.RequestKeyframe();
	{
		const std::lock_guard lock(mutex_);
		if (!has_picture_) return;
		pacer_.RepeatAt(SteadyClockMs() + kKeyframePatienceMs);
	}
	wake_.notify_one();
}

void FrameEncoder::SetRate(const Rate& rate) {
	coder_.SetRate(rate);
	const std::lock_guard lock(mutex_);
	pacer_.SetFrameRate(rate.frame_rate);
}

void FrameEncoder::Close() {
	{
		const std::lock_guard lock(mutex_);
		closing_ = true;
	}
	wake_.notify_one();
	if (thread_.joinable()) thread_.join();
}

void FrameEncoder::Run() {
	try {
		RunUntilClosed();
	} catch (const NativeError& error) {
		sink_.End(error.code(), error.what());
	} catch (const std::exception& error) {
		sink_.End("encoder-failed", std::string("The encoder's thread stopped: ") + error.what());
	}
}

void FrameEncoder::RunUntilClosed() {
	double last_capture_time = 0;
	std::unique_lock lock(mutex_);
	while (!closing_) {
		const std::optional<double> due = sink_.Blocked() ? std::nullopt : pacer_.Due();
		const double now = SteadyClockMs();
		if (!due) {
			wake_.wait(lock);
			continue;
		}
		if (*due > now) {
			wake_.wait_for(lock, std::chrono::duration<double, std::milli>(*due - now));
			continue;
		}
		// A repeated picture shows the screen of this moment: nothing has changed since.
		double capture_time = WallClockMs();
		if (pacer_.Take(now) == PicturePacer::Next::kChange) {
			capture_time = waiting_capture_time_;
			const double convert_ms = ConvertWaiting();
			coder_.CountCapture(copy_ms_, convert_ms);
		}
		last_capture_time = std::max(capture_time, last_capture_time);
		lock.unlock();
		const bool calm = coder_.Code(last_capture_time);
		lock.lock();
		pacer_.Coded(calm);
	}
}

double FrameEncoder::ConvertWaiting() {
	const double started = SteadyClockMs();
	for (const Rectangle& part : waiting_changes_.parts()) {
		coder_.picture().Convert(format_, waiting_.get(), width_ * 4, part);
	}
	waiting_changes_.Clear();
	return SteadyClockMs() - started;
}

}  // namespace porthole
