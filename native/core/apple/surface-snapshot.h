#pragma once

#include <IOSurface/IOSurface.h>

#include <cstdint>
#include <vector>

namespace porthole {

/// A surface's pixels, tightly packed: `width * 4` bytes a row.
struct SurfaceSnapshot {
	int width = 0;
	int height = 0;
	std::vector<std::uint8_t> bgra;
};

/// Takes one, of a surface of any format, on the caller's thread. Throws NativeError `capture-failed`.
SurfaceSnapshot TakeSnapshot(IOSurfaceRef surface);

}  // namespace porthole
