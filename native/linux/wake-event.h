#pragma once

#include <optional>

namespace porthole {

/// Lets one thread wait for a file descriptor, a deadline, or another thread's call, whatever comes first.
class WakeEvent {
public:
	WakeEvent();
	~WakeEvent();
	WakeEvent(const WakeEvent&) = delete;
	WakeEvent& operator=(const WakeEvent&) = delete;

	/// Any thread.
	void Signal();

	/// Waits until `descriptor` is readable, `Signal` was called since the last wait, or `timeout_ms` has passed
	/// (forever without one).
	void Wait(int descriptor, std::optional<double> timeout_ms);

private:
	int event_;
};

}  // namespace porthole
