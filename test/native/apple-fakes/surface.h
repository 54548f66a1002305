#pragma once

#include <IOSurface/IOSurface.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "object.h"

namespace porthole::fakes {

/// Pixels in BGRA that several parties have; rows are longer than the pixels in them.
class Surface final : public Object {
public:
	Surface(std::size_t width, std::size_t height);

	/// Draws in place, as a simulator does: no lock of a reader's keeps it from that (iosurface/iosurfacelock(_:_:_:) is
	/// for the processor's own access). The seed goes up (iosurface/iosurfacegetseed(_:)).
	void Draw(const std::function<void(std::uint8_t* pixels, std::size_t stride)>& draw);

	const std::size_t width;
	const std::size_t height;
	const std::size_t stride;
	/// For memory alone: whoever draws may come between any two rows.
	std::mutex mutex;
	std::vector<std::uint8_t> pixels;
	std::atomic<std::uint32_t> seed{1};
};

}  // namespace porthole::fakes
