#pragma once

#include "private-api.h"

namespace porthole {

/// Turns the simulator by a message to SpringBoard's PurpleWorkspacePort. Throws NativeError `no-workspace-port` or
/// `orientation-not-sent`; waits for at most 0.25 s.
void SendOrientation(id<PrivateSimDevice> device, int orientation);

}  // namespace porthole
