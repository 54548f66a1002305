#pragma once

#include <cstdint>

namespace porthole {

/// Order of the four bytes of a pixel in memory.
enum class PixelFormat { kBgra, kRgba };

/// Three planes, those of chroma with half the rows and columns of the first; strides are bytes a row.
template <typename Byte>
struct I420Planes {
	Byte* y = nullptr;
	Byte* u = nullptr;
	Byte* v = nullptr;
	int luma_stride = 0;
	int chroma_stride = 0;
};

/// Two planes, the second with pairs of chroma.
template <typename Byte>
struct Nv12Planes {
	Byte* y = nullptr;
	Byte* uv = nullptr;
	int luma_stride = 0;
	int chroma_stride = 0;
};

// The arithmetic on pixels: libyuv's on Linux (`-libyuv.cc`), else our own (`-plain.cc`). Sides are even, BT.601 limited
// range.

void PixelsToI420(PixelFormat format, const std::uint8_t* pixels, int stride, const I420Planes<std::uint8_t>& target,
	int width, int height);

/// Each pixel the mean of four; width and height are the target's.
void HalveI420(const I420Planes<const std::uint8_t>& twice, const I420Planes<std::uint8_t>& target, int width,
	int height);

void Nv12ToI420(const Nv12Planes<const std::uint8_t>& source, const I420Planes<std::uint8_t>& target, int width,
	int height);

void I420ToNv12(const I420Planes<const std::uint8_t>& source, const Nv12Planes<std::uint8_t>& target, int width,
	int height);

}  // namespace porthole
