#pragma once

#include <cstdint>
#include <memory>

#include "encode/pixel-conversion.h"
#include "encode/rectangle.h"

namespace porthole {

/// A planar 4:2:0 picture in BT.601 limited range, the form that encoders take. Odd sizes lose their last row or
/// column: neither 4:2:0 nor the cropping of an H.264 SPS can express them.
class I420Picture {
public:
	I420Picture(int pixel_width, int pixel_height);

	int width() const { return width_; }
	int height() const { return height_; }
	int luma_stride() const { return stride_; }
	int chroma_stride() const { return stride_ / 2; }
	const std::uint8_t* y() const { return y_; }
	const std::uint8_t* u() const { return u_; }
	const std::uint8_t* v() const { return v_; }

	/// Converts `part` (clipped, grown to even edges) of a whole source picture of at least this size.
	void Convert(PixelFormat format, const std::uint8_t* pixels, int stride, const Rectangle& part);

	/// Converts a BGRA patch whose first pixel lands on `target`; the target's edges must be even and inside.
	void ConvertPatch(const std::uint8_t* bgra, int stride, const Rectangle& target);

	/// Takes over what `part` of a picture of twice this size shows, each pixel the mean of four.
	void ScaleDown(const I420Picture& twice, const Rectangle& part);

	/// Takes a whole NV12 picture of `rows` luma rows, `stride` bytes each, with its chroma right behind them.
	void ConvertNv12(const std::uint8_t* pixels, int stride, int rows);

	/// The way back, tightly packed into `width() * height() * 3 / 2` bytes.
	void ToNv12(std::uint8_t* pixels) const;
	/// The same into planes of others.
	void ToNv12(const Nv12Planes<std::uint8_t>& target) const { I420ToNv12(planes(), target, width_, height_); }

private:
	I420Planes<const std::uint8_t> planes() const { return {y_, u_, v_, stride_, chroma_stride()}; }
	/// From a pixel on; both even.
	I420Planes<std::uint8_t> PlanesAt(int x, int y) const;
	void ConvertFrom(PixelFormat format, const std::uint8_t* pixels, int stride, const Rectangle& target);

	int width_;
	int height_;
	int stride_;
	std::unique_ptr<std::uint8_t[]> planes_;
	std::uint8_t* y_;
	std::uint8_t* u_;
	std::uint8_t* v_;
};

}  // namespace porthole
