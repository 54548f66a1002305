#pragma once

#include <VideoToolbox/VideoToolbox.h>

#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <utility>

namespace porthole::fakes {

/// What the fakes do next, instead of what they mostly do. All may be changed from any thread.
class Script {
public:
	/// Each is used up one by one, the first first; then all is well again.
	struct Turns {
		/// Answers of VTCompressionSessionCreate.
		std::deque<OSStatus> create;
		/// Answers of VTCompressionSessionEncodeFrame; the callback does not come then.
		std::deque<OSStatus> encode;
		/// What callbacks tell of pictures.
		std::deque<OSStatus> output;
		/// Answers of VTPixelTransferSessionTransferImage.
		std::deque<OSStatus> transfer;
		/// Pictures that rate control drops: no sample.
		int dropped = 0;
		/// The same, told when the picture is given and by the callback.
		int dropped_twice = 0;
		/// Pictures that are no keyframes, whatever was asked for; what they refer to is never given out.
		int keyframes_refused = 0;
		/// Samples whose last length leads past their end.
		int broken = 0;
		/// Samples whose parameter sets are others than before.
		int other_parameter_sets = 0;
		/// A pool has nothing to give.
		int pool_empty = 0;
	};
	/// What stays until it is changed.
	struct Ways {
		bool low_latency = true;
		std::set<CFStringRef> unsupported;
		/// Callbacks come within VTCompressionSessionEncodeFrame, on a thread of their own.
		bool answers_at_once = false;
		/// Callbacks wait.
		bool held = false;
		/// What waits when a session is invalidated comes after that, from another thread.
		bool answers_after_end = false;
		/// Called when half of a surface has been copied.
		std::function<void()> in_transfer;
	};

	void Change(const std::function<void(Turns&, Ways&)>& change) {
		const std::lock_guard lock(mutex_);
		change(turns_, ways_);
	}

	Ways ways() {
		const std::lock_guard lock(mutex_);
		return ways_;
	}

	/// The next of a list, or `noErr`.
	OSStatus Take(std::deque<OSStatus> Turns::* list) {
		const std::lock_guard lock(mutex_);
		std::deque<OSStatus>& statuses = turns_.*list;
		if (statuses.empty()) return noErr;
		const OSStatus status = statuses.front();
		statuses.pop_front();
		return status;
	}

	/// Whether one more is to go so.
	bool Take(int Turns::* count) {
		const std::lock_guard lock(mutex_);
		if (turns_.*count == 0) return false;
		(turns_.*count)--;
		return true;
	}

	bool TakePoolFailure() { return Take(&Turns::pool_empty); }

	void Reset() {
		const std::lock_guard lock(mutex_);
		turns_ = {};
		ways_ = {};
	}

private:
	std::mutex mutex_;
	Turns turns_;
	Ways ways_;
};

inline Script& script() {
	static Script& script = *new Script;
	return script;
}

}  // namespace porthole::fakes
