#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "encode/compression-session.h"
#include "encode/pixel-buffer-pool.h"
#include "encode/rendition.h"

namespace porthole {

/// One rendition of a surface: its frames and its compression session, made anew with each size and whenever it fails.
/// One frame is encoded at a time: a slow encoder makes them rare, not late. Used from the source's thread.
class SurfaceEncoder {
public:
	/// `on_answer` is called on other threads; the answers are to be given to `Take`.
	SurfaceEncoder(const Rate& rate, CompressionSession::OnAnswer on_answer)
		: rate_(rate), on_answer_(std::move(on_answer)) {}

	/// Begins anew with frames of this size; both sides even.
	void Resize(int width, int height);
	/// Gives up session and frames until there is something to code again.
	void Rest();
	void SetRate(const Rate& rate);
	void RequestKeyframe() { keyframe_wanted_ = true; }

	int width() const { return width_; }
	int height() const { return height_; }

	bool encoding() const { return in_flight_.has_value(); }
	/// Until when nothing can be encoded, milliseconds of the steady clock: forever while a frame is being encoded.
	double busy_until() const;
	/// When the frame that is being encoded is given up.
	std::optional<double> deadline() const;

	/// A frame to be drawn to; nothing when all are in use. Throws NativeError `capture-failed`.
	CfRef<CVPixelBufferRef> NewFrame();
	/// What was drawn is what is encoded from now on.
	void SetFrame(CfRef<CVPixelBufferRef> frame) { frame_ = std::move(frame); }
	CVPixelBufferRef frame() const { return frame_.get(); }

	/// Has the frame encoded; not while busy. A session that cannot be made is tried again later, then it throws
	/// NativeError `encoder-unavailable` or `encoder-rejected`.
	void Encode(double capture_time, double now);

	/// A frame's end.
	struct Outcome {
		EncodedFrame encoded;  ///< Without data when rate control left it out, or the session failed.
		double capture_time = 0;
		double encode_ms = 0;
		bool calm = false;  ///< It took so few bits that nothing was left to sharpen.
		bool again = false;  ///< The frame must be encoded again: nobody has seen it, or a keyframe is missing.
		std::string description;  ///< The encoder in words, if they are others than before.
	};
	/// Nothing for an answer that nobody waits for any more. Throws NativeError `encoder-failed` when the encoder fails
	/// again and again.
	std::optional<Outcome> Take(CompressionAnswer answer, double now);
	/// The same when the deadline has passed without an answer.
	std::optional<Outcome> GiveUp(double now);

	std::uint64_t sessions() const { return sessions_; }

private:
	struct InFlight {
		std::uint64_t frame = 0;
		double capture_time = 0;
		double began = 0;
		bool keyframe = false;
	};

	bool MakeSession(double now);
	Outcome Fail(const InFlight& frame, const std::string& why, double now);

	Rate rate_;
	const CompressionSession::OnAnswer on_answer_;
	int width_ = 0;
	int height_ = 0;
	std::unique_ptr<PixelBufferPool> pool_;
	CfRef<CVPixelBufferRef> frame_;
	std::unique_ptr<CompressionSession> session_;
	std::optional<InFlight> in_flight_;
	std::uint64_t last_number_ = 0;
	bool keyframe_wanted_ = true;
	std::string description_;
	int failures_ = 0;
	double retry_at_ = 0;
	std::uint64_t sessions_ = 0;
};

}  // namespace porthole
