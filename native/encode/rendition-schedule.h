#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "encode/encoder.h"
#include "encode/frame-pacer.h"
#include "encode/rendition.h"

namespace porthole {

/// What is asked of a source's renditions, until its thread takes it. All functions may be called from any thread.
class RenditionRequests {
public:
	struct Request {
		bool keyframe = false;
		bool rate_changed = false;
		std::optional<Rate> rate;
	};
	struct All {
		std::array<Request, kRenditionCount> of;
		bool change_expected = false;
	};

	void RequestKeyframe(Rendition rendition) {
		const std::lock_guard lock(mutex_);
		requests_.of[IndexOf(rendition)].keyframe = true;
	}

	/// Without a rate the rendition rests; with one again it begins with a keyframe.
	void SetRate(Rendition rendition, const std::optional<Rate>& rate) {
		const std::lock_guard lock(mutex_);
		Request& request = requests_.of[IndexOf(rendition)];
		request.rate_changed = true;
		request.rate = rate;
	}

	/// Input was injected: what it changes is due at once.
	void ExpectChange() {
		const std::lock_guard lock(mutex_);
		requests_.change_expected = true;
	}

	All Take() {
		const std::lock_guard lock(mutex_);
		return std::exchange(requests_, {});
	}

private:
	std::mutex mutex_;
	All requests_;
};

/// How the renditions of one source go: which of them is due, and whether the screen is to be read for it. One with a rate
/// is encoded, one without rests. The main one reads the screen and goes first; the small one follows with the frame so
/// read, and reads by itself only while the main one rests. Times are milliseconds of any steady clock, given.
class RenditionSchedule {
public:
	/// `main`: the main rendition's rate; the small one has none yet. Nothing is due before the screen changes.
	/// `blocked`: whether coding that rendition would be in vain just now.
	RenditionSchedule(const Rate& main, std::function<bool(Rendition)> blocked);

	/// True when the rendition rested until now, and so begins with a frame.
	bool SetRate(Rendition rendition, const std::optional<Rate>& rate);
	const std::optional<Rate>& rate(Rendition rendition) const { return schedule_[IndexOf(rendition)].rate; }
	bool Has(Rendition rendition) const { return rate(rendition).has_value(); }
	/// Whether any rendition has a rate.
	bool wanted() const { return Has(Rendition::kMain) || Has(Rendition::kSmall); }
	/// Who reads the screen.
	Rendition reader() const;

	/// The screen changed.
	void ScreenChanged() { PacerOf(reader()).Changed(); }
	/// Input was injected: what it changes is due at once.
	void ExpectChange();
	/// What was encoded last shall be encoded again at `time`, unless a change is encoded first.
	void RepeatAt(Rendition rendition, double time) { PacerOf(rendition).RepeatAt(time); }
	/// Nothing is there any more that could be encoded again, such as after a change of size.
	void ForgetFrame() { has_read_ = false; }

	/// When `Take` will have something to do; nothing when only an event can bring that.
	std::optional<double> Due() const;

	/// What to code once `Due` has come, and whether the screen must be read first.
	struct Taken {
		Rendition rendition = Rendition::kMain;
		bool reads = false;
	};
	Taken Take(double now);

	/// The capture time of what was taken, given when the screen was read, or now when it had not to be; `MonotonicMs`.
	double Stamp(double capture_time);

	/// What was taken has been encoded; `calm` when it cost next to nothing.
	void Coded(Rendition rendition, bool calm) { PacerOf(rendition).Coded(calm); }

private:
	/// Without a rate it rests.
	struct Pace {
		std::optional<Rate> rate;
		FramePacer pacer{1};
	};

	FramePacer& PacerOf(Rendition rendition) { return schedule_[IndexOf(rendition)].pacer; }
	std::optional<double> DueOf(Rendition rendition) const;

	const std::function<bool(Rendition)> blocked_;
	std::array<Pace, kRenditionCount> schedule_;
	Rendition taken_ = Rendition::kMain;
	/// What was taken shows a change that was read for the other rendition.
	bool follows_ = false;
	int ahead_ = 0;
	bool has_read_ = false;
	double last_capture_time_ = 0;
};

}  // namespace porthole
