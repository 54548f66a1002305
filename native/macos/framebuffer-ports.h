#pragma once

#import <Foundation/Foundation.h>

#include <vector>

#include "private-api.h"

namespace porthole {

/// The descriptors of a simulator's screens: its own, those of CarPlay and the like. Waits for another process. Throws
/// NativeError `no-io-client`, `no-framebuffer-port` or `framework-exception`.
std::vector<id<PrivateSimScreen>> FindScreens(id<PrivateSimDevice> device);

}  // namespace porthole
