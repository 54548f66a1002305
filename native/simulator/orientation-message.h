#pragma once

#include <array>
#include <cstdint>

namespace porthole {

/// A Mach message to PurpleWorkspacePort (SpringBoard) that turns the simulator.
struct OrientationMessage {
	alignas(8) std::array<std::uint8_t, 108> bytes{};
};

/// `port` is a send right in this process; `orientation` is a UIDeviceOrientation, 1 to 4. Throws NativeError
/// `invalid-argument` for others.
OrientationMessage MakeOrientationMessage(std::uint32_t port, int orientation);

}  // namespace porthole
