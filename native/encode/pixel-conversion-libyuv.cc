#include "encode/pixel-conversion.h"

#include <libyuv/convert.h>
#include <libyuv/convert_from.h>
#include <libyuv/scale.h>

namespace porthole {

void PixelsToI420(PixelFormat format, const std::uint8_t* pixels, int stride, const I420Planes<std::uint8_t>& target,
	int width, int height) {
	// libyuv names formats by the 32-bit word, so its ARGB is B, G, R, A in memory on little-endian machines.
	const auto convert = format == PixelFormat::kBgra ? libyuv::ARGBToI420 : libyuv::ABGRToI420;
	convert(pixels, stride, target.y, target.luma_stride, target.u, target.chroma_stride, target.v,
		target.chroma_stride, width, height);
}

void HalveI420(const I420Planes<const std::uint8_t>& twice, const I420Planes<std::uint8_t>& target, int width,
	int height) {
	libyuv::I420Scale(twice.y, twice.luma_stride, twice.u, twice.chroma_stride, twice.v, twice.chroma_stride, width * 2,
		height * 2, target.y, target.luma_stride, target.u, target.chroma_stride, target.v, target.chroma_stride, width,
		height, libyuv::kFilterBox);
}

void Nv12ToI420(const Nv12Planes<const std::uint8_t>& source, const I420Planes<std::uint8_t>& target, int width,
	int height) {
	libyuv::NV12ToI420(source.y, source.luma_stride, source.uv, source.chroma_stride, target.y, target.luma_stride,
		target.u, target.chroma_stride, target.v, target.chroma_stride, width, height);
}

void I420ToNv12(const I420Planes<const std::uint8_t>& source, const Nv12Planes<std::uint8_t>& target, int width,
	int height) {
	libyuv::I420ToNV12(source.y, source.luma_stride, source.u, source.chroma_stride, source.v, source.chroma_stride,
		target.y, target.luma_stride, target.uv, target.chroma_stride, width, height);
}

}  // namespace porthole
