#include "i420-picture.h"

#include <libyuv/convert.h>
#include <libyuv/convert_from.h>
#include <libyuv/scale.h>

namespace porthole {

namespace {

constexpr int kStrideAlignment = 64;

}  // namespace

I420Picture::I420Picture(int pixel_width, int pixel_height)
	: width_(pixel_width & ~1),
	  height_(pixel_height & ~1),
	  stride_((width_ + kStrideAlignment - 1) / kStrideAlignment * kStrideAlignment) {
	const std::size_t luma = static_cast<std::size_t>(stride_) * height_;
	planes_ = std::make_unique<std::uint8_t[]>(luma + luma / 2);
	y_ = planes_.get();
	u_ = y_ + luma;
	v_ = u_ + luma / 4;
}

void I420Picture::Convert(PixelFormat format, const std::uint8_t* pixels, int stride, const Rectangle& part) {
	const Rectangle target = part.Even().ClippedTo(width_, height_);
	if (target.empty()) return;
	ConvertFrom(format, pixels + static_cast<std::ptrdiff_t>(target.y) * stride + target.x * 4, stride, target);
}

void I420Picture::ConvertPatch(const std::uint8_t* bgra, int stride, const Rectangle& target) {
	ConvertFrom(PixelFormat::kBgra, bgra, stride, target);
}

void I420Picture::ScaleDown(const I420Picture& twice, const Rectangle& part) {
	const int left = part.x / 2;
	const int top = part.y / 2;
	const Rectangle touched{left, top, (part.right() + 1) / 2 - left, (part.bottom() + 1) / 2 - top};
	const Rectangle target = touched.Even().ClippedTo(width_, height_);
	if (target.empty()) return;
	const auto at = [](int stride, int x, int y) { return static_cast<std::ptrdiff_t>(y) * stride + x; };
	const std::ptrdiff_t from_luma = at(twice.luma_stride(), target.x * 2, target.y * 2);
	const std::ptrdiff_t from_chroma = at(twice.chroma_stride(), target.x, target.y);
	const std::ptrdiff_t luma = at(stride_, target.x, target.y);
	const std::ptrdiff_t chroma = at(chroma_stride(), target.x / 2, target.y / 2);
	libyuv::I420Scale(twice.y_ + from_luma, twice.luma_stride(), twice.u_ + from_chroma, twice.chroma_stride(),
		twice.v_ + from_chroma, twice.chroma_stride(), target.width * 2, target.height * 2, y_ + luma, stride_,
		u_ + chroma, chroma_stride(), v_ + chroma, chroma_stride(), target.width, target.height, libyuv::kFilterBox);
}

void I420Picture::ConvertNv12(const std::uint8_t* pixels, int stride, int rows) {
	const std::uint8_t* chroma = pixels + static_cast<std::ptrdiff_t>(stride) * rows;
	libyuv::NV12ToI420(pixels, stride, chroma, stride, y_, stride_, u_, chroma_stride(), v_, chroma_stride(), width_,
		height_);
}

void I420Picture::ToNv12(std::uint8_t* pixels) const {
	std::uint8_t* chroma = pixels + static_cast<std::ptrdiff_t>(width_) * height_;
	libyuv::I420ToNV12(y_, stride_, u_, chroma_stride(), v_, chroma_stride(), pixels, width_, chroma, width_, width_,
		height_);
}

void I420Picture::ConvertFrom(PixelFormat format, const std::uint8_t* pixels, int stride,
	const Rectangle& target) {
	const std::ptrdiff_t luma = static_cast<std::ptrdiff_t>(target.y) * stride_ + target.x;
	const std::ptrdiff_t chroma = static_cast<std::ptrdiff_t>(target.y / 2) * chroma_stride() + target.x / 2;
	// libyuv names formats by the 32-bit word, so its ARGB is B, G, R, A in memory on little-endian machines.
	const auto convert = format == PixelFormat::kBgra ? libyuv::ARGBToI420 : libyuv::ABGRToI420;
	convert(pixels, stride, y_ + luma, stride_, u_ + chroma, chroma_stride(), v_ + chroma, chroma_stride(),
		target.width, target.height);
}

}  // namespace porthole
