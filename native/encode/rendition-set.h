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

/// One rendition of a source: its planar picture, its encoder, and the way to the sink. Used from the source's thread.
class PictureCoder {
public:
	/// Throws what the encoder's `create` throws.
	PictureCoder(const EncoderKind& kind, Rendition rendition, int width, int height, const Rate& rate,
		SourceSink& sink);

	/// Makes picture and encoder anew; the next picture is a keyframe with the new size.
	void Resize(int width, int height);

	I420Picture& picture() { return *picture_; }

	/// What became of a picture.
	struct Outcome {
		bool coded = false;  ///< False when rate control left it out.
		bool keyframe = false;
		bool delivered = false;
		bool calm = false;  ///< It took so few bits that nothing was left to sharpen.
		double encode_ms = 0;
	};

	/// Codes the picture as it is now. Throws NativeError `encoder-failed`.
	Outcome Code(double capture_time);

	/// The next picture is a keyframe.
	void RequestKeyframe() { keyframe_wanted_ = true; }

	/// Takes effect with the next picture, without a keyframe.
	void SetRate(const Rate& rate);

	/// Encoder and settings in words.
	std::string Description() const { return encoder_->Description(); }

private:
	const EncoderKind& kind_;
	const Rendition rendition_;
	SourceSink& sink_;
	Rate rate_;
	std::unique_ptr<I420Picture> picture_;
	std::unique_ptr<Encoder> encoder_;
	CodedPicture coded_;
	bool keyframe_wanted_ = true;
};

/// A source's second half: decides when its screen is to be read and which rendition is to be coded, and codes it. Which
/// is due when is RenditionPaces' rule. What may be called from any thread says so; everything else belongs to the
/// source's.
class RenditionSet {
public:
	/// The main rendition has a rate, the small one has none yet. A keyframe that was asked for waits `patience_ms` for a
	/// change, then the last picture is coded again. Throws what the encoder's `create` throws.
	RenditionSet(const EncoderKind& kind, int width, int height, const Rate& rate, double patience_ms,
		SourceSink& sink);

	/// Any thread: takes effect with `TakeOrders`.
	void RequestKeyframe(Rendition rendition) { orders_.RequestKeyframe(rendition); }
	/// Any thread, as above: without a rate the rendition rests; with one again it begins with a keyframe.
	void SetRate(Rendition rendition, const std::optional<Rate>& rate) { orders_.SetRate(rendition, rate); }
	/// Any thread, as above: input was injected, what it changes is due at once.
	void ExpectChange() { orders_.ExpectChange(); }
	/// Any thread.
	SourceStats stats() const;
	/// Any thread: the main rendition's encoder and settings in words.
	const std::string& description() const { return description_; }

	/// Does what was ordered from other threads; times are the steady clock's.
	void TakeOrders(double now);

	/// Whether any rendition has a rate.
	bool wanted() const { return paces_.wanted(); }

	/// The screen changed.
	void ScreenChanged() { paces_.ScreenChanged(); }

	/// Makes pictures and encoders anew; they go on with keyframes of the new size.
	void Resize(int width, int height);

	/// When `Take` will have something to do; nothing when only an event can bring that.
	std::optional<double> Due() const { return paces_.Due(); }

	/// Chooses the rendition to be coded now, once `Due` has come. Whether the screen must be read first.
	bool Take(double now);

	/// Width and height of the main picture.
	int width() { return main_.picture().width(); }
	int height() { return main_.picture().height(); }

	/// As the picture's own functions: what was read of the screen.
	void Convert(PixelFormat format, const std::uint8_t* pixels, int stride, const Rectangle& part);
	void ConvertPatch(const std::uint8_t* bgra, int stride, const Rectangle& target);

	/// Adds a picture read from the screen (or the caller) to the counters.
	void CountCapture(double capture_ms, double convert_ms);

	/// Codes the chosen rendition. `capture_time` is when the screen was read, or now when it had not to be; wall clock.
	/// Throws NativeError `encoder-failed`.
	void Code(double capture_time);

private:
	PictureCoder& CoderOf(Rendition rendition) { return rendition == Rendition::kMain ? main_ : *small_; }
	void Apply(Rendition rendition, const RenditionOrders::Order& order, double now);
	void ApplyRate(Rendition rendition, std::optional<Rate> rate);
	void NoteChange(const Rectangle& part);
	void MakeSmall(const Rate& rate);
	bool HasRoomForSmall();
	double ScaleDown();

	const EncoderKind& kind_;
	const double patience_ms_;
	SourceSink& sink_;
	PictureCoder main_;
	/// Only while it has a rate.
	std::unique_ptr<PictureCoder> small_;
	const std::string description_;
	RenditionPaces paces_;
	/// What the small picture does not show yet.
	ChangedRegion unscaled_;
	Rendition taken_ = Rendition::kMain;
	RenditionOrders orders_;

	mutable std::mutex mutex_;
	SourceStats stats_;
};

}  // namespace porthole
