#include "capture/pixel-source.h"

#include <chrono>
#include <cstring>
#include <utility>

#include "clock.h"
#include "native-error.h"

namespace porthole {

namespace {

/// How long a wanted keyframe waits for the next frame before the last one is encoded again, milliseconds.
constexpr double kKeyframePatienceMs = 10;

}  // namespace

PixelSource::PixelSource(const EncoderKind& kind, int width, int height, PixelFormat format, const Rate& rate,
	SourceSink& sink)
	: width_(width),
	  height_(height),
	  format_(format),
	  sink_(sink),
	  renditions_(kind, width, height, rate, kKeyframePatienceMs, sink),
	  waiting_(std::make_unique<std::uint8_t[]>(static_cast<std::size_t>(width) * height * 4)) {
	thread_ = GuardedThread(
		"encoder thread", "encoder-failed", [this] { Run(); },
		[this](const std::string& code, const std::string& message) { sink_.End(code, message); });
}

PixelSource::~PixelSource() { Close(); }

void PixelSource::Encode(const std::uint8_t* pixels, int stride, std::span<const Rectangle> changed,
	double capture_time) {
	const double started = MonotonicMs();
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
		if (changed.empty() || !has_frame_) {
			copy(whole);
		} else {
			for (const Rectangle& part : changed) copy(part.ClippedTo(width_, height_));
		}
		has_frame_ = true;
		waiting_capture_time_ = capture_time;
		copy_ms_ = MonotonicMs() - started;
		changed_ = true;
	}
	wake_.notify_one();
}

void PixelSource::RequestKeyframe(Rendition rendition) {
	renditions_.RequestKeyframe(rendition);
	Wake();
}

void PixelSource::SetRate(Rendition rendition, const std::optional<Rate>& rate) {
	renditions_.SetRate(rendition, rate);
	Wake();
}

/// The thread either waits already, or has yet to look for requests.
void PixelSource::Wake() {
	{ const std::lock_guard lock(mutex_); }
	wake_.notify_one();
}

void PixelSource::Close() {
	{
		const std::lock_guard lock(mutex_);
		closing_ = true;
	}
	wake_.notify_one();
	thread_.Join();
}

void PixelSource::Run() {
	std::unique_lock lock(mutex_);
	while (!closing_) {
		FaultPoint("encoder thread");
		const double now = MonotonicMs();
		renditions_.TakeRequests(now);
		if (std::exchange(changed_, false)) renditions_.ScreenChanged();
		const std::optional<double> due = has_frame_ ? renditions_.Due() : std::nullopt;
		if (!due) {
			wake_.wait(lock);
			continue;
		}
		if (*due > now) {
			wake_.wait_for(lock, std::chrono::duration<double, std::milli>(*due - now));
			continue;
		}
		// A repeated frame shows the screen of this moment: nothing has changed since.
		double capture_time = MonotonicMs();
		if (renditions_.Take(now)) {
			capture_time = waiting_capture_time_;
			ConvertWaiting();
		}
		lock.unlock();
		renditions_.Encode(capture_time);
		lock.lock();
	}
}

void PixelSource::ConvertWaiting() {
	const double started = MonotonicMs();
	for (const Rectangle& part : waiting_changes_.parts()) {
		renditions_.Convert(format_, waiting_.get(), width_ * 4, part);
	}
	waiting_changes_.Clear();
	renditions_.CountCapture(copy_ms_, MonotonicMs() - started);
}

}  // namespace porthole
