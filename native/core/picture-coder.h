#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "encoder.h"
#include "source-sink.h"

namespace porthole {

/// Counters of one source since its start; times are sums over all pictures, milliseconds.
struct SourceStats {
	std::uint64_t captured = 0;
	std::uint64_t encoded = 0;
	std::uint64_t dropped = 0;
	std::uint64_t keyframes = 0;
	double capture_ms = 0;
	double convert_ms = 0;
	double encode_ms = 0;
};

/// A source's second half: the planar picture, its encoder, and the way to the sink. Everything runs on the source's
/// thread but what says otherwise.
class PictureCoder {
public:
	/// Throws what the encoder's `create` throws.
	PictureCoder(const EncoderKind& kind, int width, int height, const Rate& rate, SourceSink& sink);

	/// Makes picture and encoder anew; the next picture is a keyframe with the new size.
	void Resize(int width, int height);

	I420Picture& picture() { return *picture_; }

	/// Codes the picture as it is now; true when that took so few bits that nothing was left to sharpen.
	/// Throws NativeError `encoder-failed`.
	bool Code(double capture_time);

	/// Adds a picture read from the screen (or the caller) to the counters.
	void CountCapture(double capture_ms, double convert_ms);

	/// Any thread: the next picture is a keyframe.
	void RequestKeyframe() { keyframe_wanted_ = true; }

	/// Any thread: takes effect with the next picture.
	void SetRate(const Rate& rate);

	/// Any thread.
	SourceStats stats() const;

	/// Any thread: encoder and settings in words.
	const std::string& description() const { return description_; }

private:
	Rate ApplyRate();

	const EncoderKind& kind_;
	SourceSink& sink_;
	std::unique_ptr<I420Picture> picture_;
	std::unique_ptr<Encoder> encoder_;
	CodedPicture coded_;
	std::string description_;
	std::atomic<bool> keyframe_wanted_{true};

	mutable std::mutex mutex_;
	Rate rate_;
	bool rate_changed_ = false;
	SourceStats stats_;
};

}  // namespace porthole
