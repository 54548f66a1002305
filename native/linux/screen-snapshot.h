#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace porthole {

/// One picture of a whole screen: BGRA, opaque, rows tightly packed.
struct ScreenSnapshot {
	int width = 0;
	int height = 0;
	std::vector<std::uint8_t> pixels;
};

/// Reads a screen with its pointer over a connection of its own. Throws NativeError when the display cannot be read.
ScreenSnapshot TakeScreenSnapshot(const std::string& display);

}  // namespace porthole
