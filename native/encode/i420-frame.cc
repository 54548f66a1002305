#include "encode/i420-frame.h"

#include <cstddef>

namespace porthole {

namespace {

constexpr int kStrideAlignment = 64;

}  // namespace

I420Frame::I420Frame(int pixel_width, int pixel_height)
	: width_(pixel_width & ~1),
	  height_(pixel_height & ~1),
	  stride_((width_ + kStrideAlignment - 1) / kStrideAlignment * kStrideAlignment) {
	const std::size_t luma = static_cast<std::size_t>(stride_) * height_;
	planes_ = std::make_unique<std::uint8_t[]>(luma + luma / 2);
	y_ = planes_.get();
	u_ = y_ + luma;
	v_ = u_ + luma / 4;
}

void I420Frame::Convert(PixelFormat format, const std::uint8_t* pixels, int stride, const Rectangle& part) {
	const Rectangle target = part.Even().ClippedTo(width_, height_);
	if (target.empty()) return;
	ConvertFrom(format, pixels + static_cast<std::ptrdiff_t>(target.y) * stride + std::ptrdiff_t{target.x} * 4, stride,
		target);
}

void I420Frame::ConvertPatch(const std::uint8_t* bgra, int stride, const Rectangle& target) {
	ConvertFrom(PixelFormat::kBgra, bgra, stride, target);
}

void I420Frame::ScaleDown(const I420Frame& twice, const Rectangle& part) {
	const int left = part.x / 2;
	const int top = part.y / 2;
	const Rectangle touched{left, top, (part.right() + 1) / 2 - left, (part.bottom() + 1) / 2 - top};
	const Rectangle target = touched.Even().ClippedTo(width_, height_);
	if (target.empty()) return;
	const I420Planes<std::uint8_t> from = twice.PlanesAt(target.x * 2, target.y * 2);
	HalveI420({from.y, from.u, from.v, from.luma_stride, from.chroma_stride}, PlanesAt(target.x, target.y),
		target.width, target.height);
}

void I420Frame::ConvertNv12(const std::uint8_t* pixels, int stride, int rows) {
	const std::uint8_t* chroma = pixels + static_cast<std::ptrdiff_t>(stride) * rows;
	Nv12ToI420({pixels, chroma, stride, stride}, PlanesAt(0, 0), width_, height_);
}

void I420Frame::ToNv12(std::uint8_t* pixels) const {
	ToNv12({pixels, pixels + static_cast<std::ptrdiff_t>(width_) * height_, width_, width_});
}

I420Planes<std::uint8_t> I420Frame::PlanesAt(int x, int y) const {
	const std::ptrdiff_t luma = static_cast<std::ptrdiff_t>(y) * stride_ + x;
	const std::ptrdiff_t chroma = static_cast<std::ptrdiff_t>(y / 2) * chroma_stride() + x / 2;
	return {y_ + luma, u_ + chroma, v_ + chroma, stride_, chroma_stride()};
}

void I420Frame::ConvertFrom(PixelFormat format, const std::uint8_t* pixels, int stride, const Rectangle& target) {
	PixelsToI420(format, pixels, stride, PlanesAt(target.x, target.y), target.width, target.height);
}

}  // namespace porthole
