#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "encode/encoder.h"
#include "encode/rectangle.h"
#include "encode/rendition-schedule.h"
#include "encode/source-sink.h"

namespace porthole {

/// One rendition of a source: its planar frame, its encoder, and the way to the sink. Used from the source's thread.
class RenditionEncoder {
public:
	/// Throws what the encoder's `create` throws.
	RenditionEncoder(const EncoderKind& kind, Rendition rendition, int width, int height, const Rate& rate,
		SourceSink& sink);

	/// Makes frame and encoder anew; the next frame is a keyframe with the new size.
	void Resize(int width, int height);

	I420Frame& frame() { return *frame_; }

	/// What became of a frame.
	struct Outcome {
		bool encoded = false;  ///< False when rate control left it out.
		bool keyframe = false;
		bool delivered = false;
		bool calm = false;  ///< It took so few bits that nothing was left to sharpen.
		double encode_ms = 0;
	};

	/// Codes the frame as it is now. Throws NativeError `encoder-failed`.
	Outcome Encode(double capture_time);

	/// The next frame is a keyframe.
	void RequestKeyframe() { keyframe_wanted_ = true; }

	/// Takes effect with the next frame, without a keyframe.
	void SetRate(const Rate& rate);

	/// Encoder and settings in words.
	std::string Description() const { return encoder_->Description(); }

private:
	const EncoderKind& kind_;
	const Rendition rendition_;
	SourceSink& sink_;
	Rate rate_;
	std::unique_ptr<I420Frame> frame_;
	std::unique_ptr<Encoder> encoder_;
	EncodedFrame encoded_;
	bool keyframe_wanted_ = true;
};

/// A source's second half: decides when its screen is to be read and which rendition is to be encoded, and codes it. Which
/// is due when is RenditionSchedule' rule. What may be called from any thread says so; everything else belongs to the
/// source's.
class RenditionSet {
public:
	/// The main rendition has a rate, the small one has none yet. A keyframe that was asked for waits `patience_ms` for a
	/// change, then the last frame is encoded again. Throws what the encoder's `create` throws.
	RenditionSet(const EncoderKind& kind, int width, int height, const Rate& rate, double patience_ms,
		SourceSink& sink);

	/// Any thread: takes effect with `TakeRequests`.
	void RequestKeyframe(Rendition rendition) { requests_.RequestKeyframe(rendition); }
	/// Any thread, as above: without a rate the rendition rests; with one again it begins with a keyframe.
	void SetRate(Rendition rendition, const std::optional<Rate>& rate) { requests_.SetRate(rendition, rate); }
	/// Any thread, as above: input was injected, what it changes is due at once.
	void ExpectChange() { requests_.ExpectChange(); }
	/// Any thread.
	SourceStats stats() const;
	/// Any thread: the main rendition's encoder and settings in words.
	const std::string& description() const { return description_; }

	/// Does what was asked for from other threads; times are the steady clock's.
	void TakeRequests(double now);

	/// Whether any rendition has a rate.
	bool wanted() const { return schedule_.wanted(); }

	/// The screen changed.
	void ScreenChanged() { schedule_.ScreenChanged(); }

	/// Makes frames and encoders anew; they go on with keyframes of the new size.
	void Resize(int width, int height);

	/// When `Take` will have something to do; nothing when only an event can bring that.
	std::optional<double> Due() const { return schedule_.Due(); }

	/// Chooses the rendition to be encoded now, once `Due` has come. Whether the screen must be read first.
	bool Take(double now);

	/// Width and height of the main frame.
	int width() { return main_.frame().width(); }
	int height() { return main_.frame().height(); }

	/// As the frame's own functions: what was read of the screen.
	void Convert(PixelFormat format, const std::uint8_t* pixels, int stride, const Rectangle& part);
	void ConvertPatch(const std::uint8_t* bgra, int stride, const Rectangle& target);

	/// Adds a frame read from the screen (or the caller) to the counters.
	void CountCapture(double capture_ms, double convert_ms);

	/// Codes the chosen rendition. `capture_time` is when the screen was read, or now when it had not to be; `MonotonicMs`.
	/// Throws NativeError `encoder-failed`.
	void Encode(double capture_time);

private:
	RenditionEncoder& EncoderOf(Rendition rendition) { return rendition == Rendition::kMain ? main_ : *small_; }
	void Apply(Rendition rendition, const RenditionRequests::Request& request, double now);
	void ApplyRate(Rendition rendition, std::optional<Rate> rate);
	void NoteChange(const Rectangle& part);
	void MakeSmall(const Rate& rate);
	bool HasRoomForSmall();
	double ScaleDown();

	const EncoderKind& kind_;
	const double patience_ms_;
	SourceSink& sink_;
	RenditionEncoder main_;
	/// Only while it has a rate.
	std::unique_ptr<RenditionEncoder> small_;
	const std::string description_;
	RenditionSchedule schedule_;
	/// What the small frame does not show yet.
	ChangedRegion unscaled_;
	Rendition taken_ = Rendition::kMain;
	RenditionRequests requests_;

	mutable std::mutex mutex_;
	SourceStats stats_;
};

}  // namespace porthole
