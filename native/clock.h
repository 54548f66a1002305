#pragma once

#include <chrono>

namespace porthole {

/// Milliseconds since the Unix epoch with a fraction; may jump when the machine's clock is set.
inline double WallClockMs() {
	using namespace std::chrono;
	return duration<double, std::milli>(system_clock::now().time_since_epoch()).count();
}

/// Milliseconds of a clock that never goes back, for intervals and deadlines.
inline double SteadyClockMs() {
	using namespace std::chrono;
	return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace porthole
