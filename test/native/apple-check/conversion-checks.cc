/// The portable arithmetic on pixels (`pixel-conversion-plain.cc`) beside libyuv's, which is what Linux has.

#include <libyuv/convert.h>
#include <libyuv/convert_from.h>
#include <libyuv/scale.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "checks.h"
#include "encode/pixel-conversion.h"
#include "stage.h"

namespace porthole::check {

namespace {

constexpr int kWidth = 94;
constexpr int kHeight = 38;
constexpr int kStride = 96;
/// libyuv halves rows before it halves columns, and rounds each time.
constexpr int kChromaTolerance = 2;

/// A frame of three planes.
struct Frame {
	Bytes y = Bytes(kStride * kHeight);
	Bytes u = Bytes(kStride / 2 * kHeight / 2);
	Bytes v = Bytes(kStride / 2 * kHeight / 2);
	I420Planes<std::uint8_t> planes() { return {y.data(), u.data(), v.data(), kStride, kStride / 2}; }
	I420Planes<const std::uint8_t> view() const { return {y.data(), u.data(), v.data(), kStride, kStride / 2}; }
};

Bytes Noise(std::size_t size) {
	std::mt19937 random(7);
	Bytes bytes(size);
	std::ranges::generate(bytes, [&] { return static_cast<std::uint8_t>(random()); });
	return bytes;
}

int Difference(const Bytes& one, const Bytes& other) {
	int most = 0;
	for (std::size_t at = 0; at < one.size(); at++) most = std::max(most, std::abs(one[at] - other[at]));
	return most;
}

void PixelsBecomeWhatLibyuvMakesOfThem() {
	const Bytes pixels = Noise(kWidth * 4 * kHeight);
	for (const PixelFormat format : {PixelFormat::kBgra, PixelFormat::kRgba}) {
		Frame ours;
		PixelsToI420(format, pixels.data(), kWidth * 4, ours.planes(), kWidth, kHeight);
		Frame theirs;
		const I420Planes<std::uint8_t> to = theirs.planes();
		const auto convert = format == PixelFormat::kBgra ? libyuv::ARGBToI420 : libyuv::ABGRToI420;
		convert(pixels.data(), kWidth * 4, to.y, kStride, to.u, kStride / 2, to.v, kStride / 2, kWidth, kHeight);
		CHECK(Difference(ours.y, theirs.y) <= 1);
		CHECK(Difference(ours.u, theirs.u) <= kChromaTolerance);
		CHECK(Difference(ours.v, theirs.v) <= kChromaTolerance);
	}
}

void HalvesAreLibyuvs() {
	Frame twice;
	twice.y = Noise(twice.y.size());
	twice.u = Noise(twice.u.size());
	twice.v = Noise(twice.v.size());
	// A quarter of an even frame has even sides only where the whole is a multiple of four.
	constexpr int kHalfWidth = kWidth / 4 * 2;
	constexpr int kHalfHeight = kHeight / 4 * 2;
	Frame ours;
	HalveI420(twice.view(), ours.planes(), kHalfWidth, kHalfHeight);
	Frame theirs;
	const I420Planes<std::uint8_t> to = theirs.planes();
	libyuv::I420Scale(twice.y.data(), kStride, twice.u.data(), kStride / 2, twice.v.data(), kStride / 2, kHalfWidth * 2,
		kHalfHeight * 2, to.y, kStride, to.u, kStride / 2, to.v, kStride / 2, kHalfWidth, kHalfHeight,
		libyuv::kFilterBox);
	CHECK(Difference(ours.y, theirs.y) <= 1);
	CHECK(Difference(ours.u, theirs.u) <= 1);
	CHECK(Difference(ours.v, theirs.v) <= 1);
}

void PairsOfChromaGoThereAndBack() {
	Frame frame;
	frame.u = Noise(frame.u.size());
	frame.v = Noise(frame.v.size());
	frame.y = Noise(frame.y.size());
	Bytes luma(kStride * kHeight);
	Bytes pairs(kStride * kHeight / 2);
	I420ToNv12(frame.view(), {luma.data(), pairs.data(), kStride, kStride}, kWidth, kHeight);
	Bytes their_luma(luma.size());
	Bytes their_pairs(pairs.size());
	libyuv::I420ToNV12(frame.y.data(), kStride, frame.u.data(), kStride / 2, frame.v.data(), kStride / 2,
		their_luma.data(), kStride, their_pairs.data(), kStride, kWidth, kHeight);
	CHECK(luma == their_luma);
	CHECK(pairs == their_pairs);
	Frame back;
	Nv12ToI420({luma.data(), pairs.data(), kStride, kStride}, back.planes(), kWidth, kHeight);
	for (int y = 0; y < kHeight / 2; y++) {
		CHECK(std::equal(back.u.begin() + y * kStride / 2, back.u.begin() + y * kStride / 2 + kWidth / 2,
			frame.u.begin() + y * kStride / 2));
		CHECK(std::equal(back.v.begin() + y * kStride / 2, back.v.begin() + y * kStride / 2 + kWidth / 2,
			frame.v.begin() + y * kStride / 2));
	}
}

}  // namespace

void RunConversionChecks(CheckList& checks) {
	RUN(checks, PixelsBecomeWhatLibyuvMakesOfThem);
	RUN(checks, HalvesAreLibyuvs);
	RUN(checks, PairsOfChromaGoThereAndBack);
}

}  // namespace porthole::check
