#pragma once

#include <atomic>
#include <chrono>

namespace porthole {

namespace clock_state {

/// What is added to the machine's steady clock, ms; 0 while nobody has set the clock.
inline std::atomic<double> offset = 0;

inline double SteadyMs() {
	using namespace std::chrono;
	return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace clock_state

/// Milliseconds of a clock that only goes forward, whatever becomes of the wall clock. Since `SetMonotonicMs` it is the
/// clock of the JavaScript side: its times are the capture times of frames, and go on the wire as NTP times.
inline double MonotonicMs() { return clock_state::SteadyMs() + clock_state::offset.load(std::memory_order_relaxed); }

/// Sets the clock to `now`. Only the first call counts: threads that run already must not see it jump.
inline void SetMonotonicMs(double now) {
	double unset = 0;
	clock_state::offset.compare_exchange_strong(unset, now - clock_state::SteadyMs());
}

}  // namespace porthole
