#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "clock.h"
#include "encode/compression-session.h"
#include "encode/core-foundation.h"
#include "encode/encoder.h"
#include "encode/pixel-buffer-pool.h"
#include "native-error.h"

namespace porthole {

namespace {

/// An encoder that has not answered by then will not; it takes some 5 ms, its first frame some 100.
constexpr std::chrono::milliseconds kAnswerLimit(2000);
/// A session that fails is made anew once a frame.
constexpr int kAttempts = 2;
constexpr int kProbeSide = 64;
constexpr Rate kProbeRate{1'000'000, 30};

/// Copies a frame into a pixel buffer of the same size, planes of both in NV12.
void Fill(CVPixelBufferRef pixels, const I420Frame& frame) {
	const CVReturn status = CVPixelBufferLockBaseAddress(pixels, 0);
	if (status != kCVReturnSuccess) {
		throw NativeError("encoder-failed", "A frame of VideoToolbox cannot be written (" + StatusText(status) + ").");
	}
	const auto plane = [pixels](std::size_t index) {
		return static_cast<std::uint8_t*>(CVPixelBufferGetBaseAddressOfPlane(pixels, index));
	};
	const auto stride = [pixels](std::size_t index) {
		return static_cast<int>(CVPixelBufferGetBytesPerRowOfPlane(pixels, index));
	};
	frame.ToNv12({plane(0), plane(1), stride(0), stride(1)});
	CVPixelBufferUnlockBaseAddress(pixels, 0);
}

/// VideoToolbox behind the interface of all encoders: one frame in, its answer awaited.
class VideoToolboxEncoder final : public Encoder {
public:
	explicit VideoToolboxEncoder(const EncoderSettings& settings)
		: settings_(settings), pool_(settings.width, settings.height) {
		MakeSession();
	}

	~VideoToolboxEncoder() override {
		// Before what its answers go to.
		session_.reset();
	}

	std::string Description() const override { return description_; }
	bool DescriptionChanged() override { return std::exchange(description_changed_, false); }

	void SetRate(const Rate& rate) override {
		settings_.rate = rate;
		if (session_) session_->SetRate(rate);
	}

	bool Encode(const I420Frame& frame, bool keyframe, EncodedFrame& encoded) override {
		const CfRef<CVPixelBufferRef> pixels = pool_.Take();
		if (!pixels) throw NativeError("encoder-failed", "VideoToolbox holds back all frames that it was given.");
		Fill(pixels.get(), frame);
		std::string why;
		for (int attempt = 0; attempt < kAttempts; attempt++) {
			if (!session_) MakeSession();
			std::optional<CompressionAnswer> answer = Encode(pixels.get(), keyframe);
			if (answer && answer->kind != CompressionAnswer::Kind::kFailed) {
				encoded = std::move(answer->encoded);
				return answer->kind == CompressionAnswer::Kind::kEncoded;
			}
			why = answer ? StatusText(answer->status) : "it does not answer";
			session_.reset();
		}
		throw NativeError("encoder-failed",
			"VideoToolbox could not code a frame of " + std::to_string(settings_.width) + "x" +
				std::to_string(settings_.height) + " pixels (" + why + ").");
	}

private:
	void MakeSession() {
		session_ = std::make_unique<CompressionSession>(settings_, [this](CompressionAnswer answer) {
			{
				const std::lock_guard lock(mutex_);
				answer_ = std::move(answer);
			}
			answered_.notify_one();
		});
		description_changed_ = !description_.empty() && description_ != session_->description();
		description_ = session_->description();
	}

	/// Nothing when there was no answer in time.
	std::optional<CompressionAnswer> Encode(CVPixelBufferRef pixels, bool keyframe) {
		const std::uint64_t number = ++last_number_;
		time_ = std::max(MonotonicMs(), time_ + 1);
		session_->Encode(pixels, number, time_, keyframe);
		std::unique_lock lock(mutex_);
		answered_.wait_for(lock, kAnswerLimit, [&] { return answer_ && answer_->frame == number; });
		return std::exchange(answer_, std::nullopt);
	}

	EncoderSettings settings_;
	PixelBufferPool pool_;
	std::unique_ptr<CompressionSession> session_;
	std::string description_;
	bool description_changed_ = false;
	std::uint64_t last_number_ = 0;
	double time_ = 0;

	std::mutex mutex_;
	std::condition_variable answered_;
	std::optional<CompressionAnswer> answer_;
};

EncoderAvailability Probe() {
	try {
		return {true,
			CompressionSession({kProbeSide, kProbeSide, kProbeRate}, [](const CompressionAnswer&) {}).description()};
	} catch (const NativeError& error) {
		return {false, error.what()};
	}
}

std::unique_ptr<Encoder> Create(const EncoderSettings& settings) {
	return std::make_unique<VideoToolboxEncoder>(settings);
}

}  // namespace

extern const EncoderKind kVideoToolboxEncoder;
const EncoderKind kVideoToolboxEncoder{"videotoolbox", Probe, Create};

}  // namespace porthole
