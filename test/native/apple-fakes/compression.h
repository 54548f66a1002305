#pragma once

namespace porthole::fakes {

/// Callbacks that come after their session's end come now, from other threads.
void RunLateCallbacks();

}  // namespace porthole::fakes
