#include "encode/pixel-conversion.h"

#include <cstddef>
#include <cstring>

namespace porthole {

namespace {

template <typename Byte>
Byte* Row(Byte* plane, int stride, int y) {
	return plane + static_cast<std::ptrdiff_t>(stride) * y;
}

/// One colour, or the sum of several pixels' colours.
struct Colour {
	int red = 0;
	int green = 0;
	int blue = 0;
};

Colour ColourAt(PixelFormat format, const std::uint8_t* pixel) {
	if (format == PixelFormat::kBgra) return {pixel[2], pixel[1], pixel[0]};
	return {pixel[0], pixel[1], pixel[2]};
}

// BT.601 limited range (ITU-R BT.601-7, 2.5.3) in units of 1/256; the constants at the end are the offset (16 or 128)
// and one half, for rounding.
std::uint8_t Luma(const Colour& colour) {
	return static_cast<std::uint8_t>((66 * colour.red + 129 * colour.green + 25 * colour.blue + 0x1080) >> 8);
}

/// Of the sum of four pixels.
std::uint8_t BlueDifference(const Colour& sum) {
	return static_cast<std::uint8_t>((112 * sum.blue - 74 * sum.green - 38 * sum.red + 4 * 0x8080) >> 10);
}

std::uint8_t RedDifference(const Colour& sum) {
	return static_cast<std::uint8_t>((112 * sum.red - 94 * sum.green - 18 * sum.blue + 4 * 0x8080) >> 10);
}

void HalvePlane(const std::uint8_t* from, int from_stride, std::uint8_t* to, int to_stride, int width, int height) {
	for (int y = 0; y < height; y++) {
		const std::uint8_t* upper = Row(from, from_stride, 2 * y);
		const std::uint8_t* lower = Row(from, from_stride, 2 * y + 1);
		std::uint8_t* target = Row(to, to_stride, y);
		for (std::ptrdiff_t x = 0; x < width; x++) {
			const int sum = upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1];
			target[x] = static_cast<std::uint8_t>((sum + 2) / 4);
		}
	}
}

void CopyPlane(const std::uint8_t* from, int from_stride, std::uint8_t* to, int to_stride, int width, int height) {
	for (int y = 0; y < height; y++) {
		std::memcpy(Row(to, to_stride, y), Row(from, from_stride, y), static_cast<std::size_t>(width));
	}
}

}  // namespace

void PixelsToI420(PixelFormat format, const std::uint8_t* pixels, int stride, const I420Planes<std::uint8_t>& target,
	int width, int height) {
	for (int y = 0; y < height; y += 2) {
		const std::uint8_t* rows[] = {Row(pixels, stride, y), Row(pixels, stride, y + 1)};
		std::uint8_t* luma[] = {Row(target.y, target.luma_stride, y), Row(target.y, target.luma_stride, y + 1)};
		std::uint8_t* u = Row(target.u, target.chroma_stride, y / 2);
		std::uint8_t* v = Row(target.v, target.chroma_stride, y / 2);
		for (int x = 0; x < width; x += 2) {
			Colour sum;
			for (int part = 0; part < 4; part++) {
				const int column = x + part % 2;
				const Colour colour = ColourAt(format, rows[part / 2] + static_cast<std::ptrdiff_t>(column) * 4);
				luma[part / 2][column] = Luma(colour);
				sum = {sum.red + colour.red, sum.green + colour.green, sum.blue + colour.blue};
			}
			u[x / 2] = BlueDifference(sum);
			v[x / 2] = RedDifference(sum);
		}
	}
}

void HalveI420(const I420Planes<const std::uint8_t>& twice, const I420Planes<std::uint8_t>& target, int width,
	int height) {
	HalvePlane(twice.y, twice.luma_stride, target.y, target.luma_stride, width, height);
	HalvePlane(twice.u, twice.chroma_stride, target.u, target.chroma_stride, width / 2, height / 2);
	HalvePlane(twice.v, twice.chroma_stride, target.v, target.chroma_stride, width / 2, height / 2);
}

void Nv12ToI420(const Nv12Planes<const std::uint8_t>& source, const I420Planes<std::uint8_t>& target, int width,
	int height) {
	CopyPlane(source.y, source.luma_stride, target.y, target.luma_stride, width, height);
	for (int y = 0; y < height / 2; y++) {
		const std::uint8_t* pairs = Row(source.uv, source.chroma_stride, y);
		std::uint8_t* u = Row(target.u, target.chroma_stride, y);
		std::uint8_t* v = Row(target.v, target.chroma_stride, y);
		for (std::ptrdiff_t x = 0; x < width / 2; x++) {
			u[x] = pairs[2 * x];
			v[x] = pairs[2 * x + 1];
		}
	}
}

void I420ToNv12(const I420Planes<const std::uint8_t>& source, const Nv12Planes<std::uint8_t>& target, int width,
	int height) {
	CopyPlane(source.y, source.luma_stride, target.y, target.luma_stride, width, height);
	for (int y = 0; y < height / 2; y++) {
		const std::uint8_t* u = Row(source.u, source.chroma_stride, y);
		const std::uint8_t* v = Row(source.v, source.chroma_stride, y);
		std::uint8_t* pairs = Row(target.uv, target.chroma_stride, y);
		for (std::ptrdiff_t x = 0; x < width / 2; x++) {
			pairs[2 * x] = u[x];
			pairs[2 * x + 1] = v[x];
		}
	}
}

}  // namespace porthole
