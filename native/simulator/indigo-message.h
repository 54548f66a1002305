#pragma once

#include <cstdint>
#include <span>

#include "simulator/input-event.h"

namespace porthole {

// What goes into messages of Indigo, the simulator's input up to Xcode 26. SimulatorKit builds them; what its builders
// leave out is written here. Bytes are little-endian; offsets count from the message's Mach header.

/// Service inside the simulator that takes touches and usages.
constexpr std::uint32_t kIndigoDigitizerTarget = 0x32;
/// Service that takes the buttons with a source number of their own.
constexpr std::uint32_t kIndigoButtonTarget = 0x33;
constexpr std::int32_t kIndigoDown = 1;
constexpr std::int32_t kIndigoUp = 2;

/// How a phase is told in an IOHID digitizer event: IOHIDDigitizerEventMask (1 range, 2 touch, 4 position), in range,
/// touching.
struct DigitizerState {
	std::uint32_t event_mask;
	bool range;
	bool touch;
};

DigitizerState DigitizerStateOf(TouchPhase phase);

/// Edge as a bit of a contact's event mask: bottom 1, left 2, right 4, top 8.
std::uint8_t IndigoEdgeBit(TouchEdge edge);

/// Writes target and edge into both records of a one-finger message. Throws NativeError `indigo-message-too-short`: the
/// builder took the event for something else.
void PatchFingerMessage(std::span<std::uint8_t> message, TouchEdge edge);

/// Writes both fingers' places into the three records of a two-finger message: the first finger, its summary, the
/// second finger. Throws NativeError `indigo-message-too-short`.
void PatchTwoFingerMessage(std::span<std::uint8_t> message, const TouchPlace& first, const TouchPlace& second);

}  // namespace porthole
