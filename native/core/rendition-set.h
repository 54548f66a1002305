#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "changed-region.h"
#include "picture-coder.h"
#include "picture-pacer.h"

namespace porthole {

/// Counters of one rendition since the source's start; times are sums over all its pictures, milliseconds.
struct RenditionStats {
	std::uint64_t encoded = 0;
	std::uint64_t dropped = 0;
	std::uint64_t keyframes = 0;
	double encode_ms = 0;
};

/// Counters of one source since its start; times are sums over all pictures, milliseconds.
struct SourceStats {
	std::uint64_t captured = 0;
	double capture_ms = 0;
	double convert_ms = 0;
	/// Making the small picture from the main one.
	double scale_ms = 0;
	std::array<RenditionStats, kRenditionCount> renditions;
};

/// A source's second half: decides when its screen is to be read and which rendition is to be coded, and codes it. Only
/// a rendition with a rate is coded; with none, nothing is due. The main one reads the screen and goes first; the small
/// one follows with the picture so read, and reads by itself only while the main one rests. What may be called from any
/// thread says so; everything else belongs to the source's.
class RenditionSet {
public:
	/// The main rendition has a rate, the small one has none yet. A keyframe that was asked for waits `patience_ms` for a
	/// change, then the last picture is coded again. Throws what the encoder's `create` throws.
	RenditionSet(const EncoderKind& kind, int width, int height, const Rate& rate, double patience_ms,
		SourceSink& sink);

	/// Any thread: takes effect with `TakeOrders`.
	void RequestKeyframe(Rendition rendition);
	/// Any thread, as above: without a rate the rendition rests; with one again it begins with a keyframe.
	void SetRate(Rendition rendition, const std::optional<Rate>& rate);
	/// Any thread, as above: input was injected, what it changes is due at once.
	void ExpectChange();
	/// Any thread.
	SourceStats stats() const;
	/// Any thread: the main rendition's encoder and settings in words.
	const std::string& description() const { return description_; }

	/// Does what was ordered from other threads; times are the steady clock's.
	void TakeOrders(double now);

	/// Whether any rendition has a rate.
	bool wanted() const { return Has(Rendition::kMain) || Has(Rendition::kSmall); }

	/// The screen changed.
	void ScreenChanged() { PacerOf(reader()).Changed(); }

	/// Makes pictures and encoders anew; they go on with keyframes of the new size.
	void Resize(int width, int height);

	/// When `Take` will have something to do; nothing when only an event can bring that.
	std::optional<double> Due() const;

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
	struct Orders {
		bool keyframe = false;
		bool rate_changed = false;
		std::optional<Rate> rate;
	};
	/// How a rendition goes; without a rate it rests.
	struct Pace {
		std::optional<Rate> rate;
		PicturePacer pacer{1};
	};

	bool Has(Rendition rendition) const { return paces_[IndexOf(rendition)].rate.has_value(); }
	PicturePacer& PacerOf(Rendition rendition) { return paces_[IndexOf(rendition)].pacer; }
	PictureCoder& CoderOf(Rendition rendition) { return rendition == Rendition::kMain ? main_ : *small_; }
	/// Who reads the screen.
	Rendition reader() const;
	std::optional<double> DueOf(Rendition rendition) const;
	void Apply(Rendition rendition, const Orders& orders, double now);
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
	std::array<Pace, kRenditionCount> paces_;
	/// What the small picture does not show yet.
	ChangedRegion unscaled_;
	Rendition taken_ = Rendition::kMain;
	/// What was taken shows a change that was read for the other rendition.
	bool follows_ = false;
	int ahead_ = 0;
	bool has_read_ = false;
	double last_capture_time_ = 0;

	mutable std::mutex mutex_;
	std::array<Orders, kRenditionCount> orders_;
	bool change_expected_ = false;
	SourceStats stats_;
};

}  // namespace porthole
