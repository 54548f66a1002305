#include "surface.h"

namespace porthole::fakes {

namespace {

constexpr std::size_t kPadding = 64;

}  // namespace

Surface::Surface(std::size_t width, std::size_t height)
	: Object("IOSurface"), width(width), height(height), stride(width * 4 + kPadding), pixels(stride * height) {}

void Surface::Draw(const std::function<void(std::uint8_t*, std::size_t)>& draw) {
	const std::lock_guard lock(mutex);
	draw(pixels.data(), stride);
	seed++;
}

}  // namespace porthole::fakes

using porthole::fakes::As;
using porthole::fakes::Surface;

std::uint32_t IOSurfaceGetSeed(IOSurfaceRef buffer) { return As<Surface>(buffer, "IOSurfaceGetSeed").seed; }
std::size_t IOSurfaceGetWidth(IOSurfaceRef buffer) { return As<Surface>(buffer, "IOSurfaceGetWidth").width; }
std::size_t IOSurfaceGetHeight(IOSurfaceRef buffer) { return As<Surface>(buffer, "IOSurfaceGetHeight").height; }
