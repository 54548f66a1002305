#pragma once

#include "client-window.h"

namespace porthole::check {

// Things that move until the program ends, `rate` times a second by a steady clock.

/// The clock strip, alone or (`whole_window`) over a pattern that changes everywhere.
void RunClock(ClientWindow& window, double rate, bool whole_window);

/// Lines of text that scroll by two pixels a picture, with the clock strip on top when asked for.
void RunScroll(ClientWindow& window, double rate, bool with_clock);

/// Gradients and noise on the move, as a film would be, with the clock strip on top when asked for.
void RunVideo(ClientWindow& window, double rate, bool with_clock);

}  // namespace porthole::check
