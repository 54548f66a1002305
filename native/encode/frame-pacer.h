#pragma once

#include <optional>

namespace porthole {

/// Decides when the next frame is due, from changes of the screen and a rate. No clock of its own: times are
/// milliseconds of any steady clock, given by the caller. Nothing is due on an idle screen.
class FramePacer {
public:
	enum class Next {
		kNothing,
		kChange,  ///< Read the screen and code it.
		kRepeat,  ///< Code the frame at hand again.
	};

	/// A frame is encoded again after the last change until so many in a row cost next to nothing. A receiver may hold
	/// back the last frame of a burst until another one follows, and each sharpens what rate control had to blur.
	static constexpr int kTrailingFrames = 3;
	/// The most that are encoded again, for content on which rate control never comes to rest.
	static constexpr int kMaxRepeats = 90;

	explicit FramePacer(double frame_rate) { SetFrameRate(frame_rate); }

	void SetFrameRate(double frame_rate) { interval_ = 1000 / frame_rate; }

	/// The screen changed.
	void Changed();

	/// Whether a change waits to be taken.
	bool changed() const { return changed_; }

	/// What follows an input may change the screen in steps: a button's look, then what it does.
	static constexpr int kExpectedChanges = 3;

	/// Input was injected: the next few changes are due at once, whatever the rate says.
	void ExpectChange() { expected_ = kExpectedChanges; }

	/// The frame at hand shall be encoded again at `time`, unless a change is encoded first.
	void RepeatAt(double time);

	/// When `Take` will have something to do; nothing when only an event can bring that.
	std::optional<double> Due() const;

	/// What to do now; the caller does it and then calls `Coded`.
	Next Take(double now);

	/// What was taken has been encoded; `calm` when it cost next to nothing, as nothing was left to sharpen.
	void Coded(bool calm);

private:
	bool trailing() const;
	void StartTrailing(double now);

	double interval_ = 0;
	/// When the rate's budget is even: frames encoded early push it into the future (a leaky bucket).
	double even_at_ = 0;
	bool changed_ = false;
	int expected_ = 0;
	bool urgent_ = false;
	std::optional<double> repeat_at_;
	double changed_at_ = 0;

	// Of the repeats since the last change or wanted keyframe.
	bool was_repeat_ = false;
	int repeats_ = kMaxRepeats;
	int calm_ = 0;
	double trailing_at_ = 0;
};

}  // namespace porthole
