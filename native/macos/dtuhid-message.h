#pragma once

#include <xpc/xpc.h>

#include <cstdint>

#include "touch.h"

namespace porthole {

// Dictionaries that dtuhidd reads. Whole numbers are unsigned and of 64 bits, places are doubles; whatever else is
// refused by the other side without a word.

/// Service inside the simulator; also named in every message.
constexpr const char* kDtuhidService = "com.apple.coredevice.feature.remote.hid.digitizer";

/// `event_type` as DigitizerContact tells it.
xpc_object_t MakeDigitizerMessage(const Touch& touch, std::uint64_t event_type);
xpc_object_t MakeKeyMessage(const KeyEvent& key);
xpc_object_t MakeButtonMessage(const ButtonEvent& button);

/// A key event of no key, which is answered once the service is ready for others.
xpc_object_t MakeBarrierMessage();

}  // namespace porthole
