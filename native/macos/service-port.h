#pragma once

#include <mach/mach.h>

#include "private-api.h"

namespace porthole {

/// A send right to a service inside a simulator, which whoever asks has to give back. Throws NativeError `code` when there
/// is none; `service` is its name in the simulator's bootstrap.
mach_port_t LookUpService(id<PrivateSimDevice> device, const char* service, const char* code);

}  // namespace porthole
