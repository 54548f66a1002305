#include "encode/frame-content.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numeric>

namespace porthole {

namespace {

constexpr int kQps = 52;
using Costs = std::array<std::array<double, std::tuple_size_v<decltype(FrameContent::steps)>>, kQps>;

/// The rate of a Gaussian source of that deviation, quantised with H.264's step size (0.625 at 0, doubled every six).
Costs MakeCosts() {
	Costs costs{};
	for (int qp = 0; qp < kQps; qp++) {
		const double step_size = 0.625 * std::exp2(qp / 6.0);
		for (std::size_t octave = 1; octave < costs[qp].size(); octave++) {
			const double ratio = std::exp2(static_cast<double>(octave) - 0.5) / step_size;
			costs[qp][octave] = 0.5 * std::log2(1 + ratio * ratio);
		}
	}
	return costs;
}

constexpr int kBlock = 16;
/// Which row of a block is sampled differs from block to block: lines of text recur.
constexpr int kAcross = 5;
constexpr int kDown = 3;
/// As far as openh264 finds movements of text by itself, pixels.
constexpr int kFarthest = 8;
/// All movements are tried on one block of so many; the others try the last that was found.
constexpr int kSearched = 4;

bool Same(const std::uint8_t* a, int a_stride, const std::uint8_t* b, int b_stride) {
	for (int row = 0; row < kBlock; row++, a += a_stride, b += b_stride) {
		if (std::memcmp(a, b, kBlock) != 0) return false;
	}
	return true;
}

void Sample(const std::uint8_t* row, FrameContent& content) {
	for (int column = 0; column < kBlock - 1; column++) {
		const auto step = static_cast<unsigned>(std::abs(row[column] - row[column + 1]));
		content.steps[static_cast<std::size_t>(std::bit_width(step))]++;
	}
}

}  // namespace

std::uint64_t FrameContent::samples() const { return std::accumulate(steps.begin(), steps.end(), std::uint64_t{0}); }

bool FrameContent::empty() const { return samples() == 0; }

double FrameContent::Cost(int qp) const {
	static const Costs costs = MakeCosts();
	return std::inner_product(steps.begin(), steps.end(), costs[static_cast<std::size_t>(qp)].begin(), 0.0);
}

FrameContent& FrameContent::operator+=(const FrameContent& other) {
	for (std::size_t octave = 0; octave < steps.size(); octave++) steps[octave] += other.steps[octave];
	return *this;
}

void FrameContent::Limit(std::uint64_t most) {
	const std::uint64_t all = samples();
	if (all <= most) return;
	for (std::uint32_t& count : steps) count = static_cast<std::uint32_t>(count * most / all);
}

ContentMeter::ContentMeter(int width, int height)
	: width_(width), height_(height), kept_(static_cast<std::size_t>(width) * height) {}

template <typename Wanted>
FrameContent ContentMeter::Measure(const std::uint8_t* luma, int stride, Wanted wanted) const {
	FrameContent content;
	for (int top = 0; top < height_; top += kBlock) {
		// The last block of an uneven row or column overlaps the one before.
		const int y = std::min(top, height_ - kBlock);
		for (int left = 0; left < width_; left += kBlock) {
			const int x = std::min(left, width_ - kBlock);
			const std::uint8_t* block = luma + static_cast<std::ptrdiff_t>(y) * stride + x;
			const int row = (x / kBlock * kAcross + y / kBlock * kDown) % kBlock;
			if (wanted(block, x, y)) Sample(block + static_cast<std::ptrdiff_t>(row) * stride, content);
		}
	}
	return content;
}

FrameContent ContentMeter::Whole(const std::uint8_t* luma, int stride) const {
	return Measure(luma, stride, [](const std::uint8_t*, int, int) { return true; });
}

FrameChange ContentMeter::Changed(const std::uint8_t* luma, int stride) {
	bool repeat = true;
	int searched = 0;
	const auto is_new = [&](const std::uint8_t* block, int x, int y) {
		const auto was_at = [&](int from_x, int from_y) {
			return from_x >= 0 && from_x <= width_ - kBlock && from_y >= 0 && from_y <= height_ - kBlock &&
				Same(block, stride, kept_.data() + static_cast<std::ptrdiff_t>(from_y) * width_ + from_x, width_);
		};
		if (was_at(x, y)) return false;
		repeat = false;
		if (was_at(x + moved_x_, y + moved_y_)) return false;
		if (searched++ % kSearched != 0) return true;
		for (int far = -kFarthest; far <= kFarthest; far++) {
			const bool down = was_at(x, y + far);
			if (!down && !was_at(x + far, y)) continue;
			moved_x_ = down ? 0 : far;
			moved_y_ = down ? far : 0;
			return false;
		}
		return true;
	};
	const FrameContent fresh = Measure(luma, stride, is_new);
	return {fresh, repeat};
}

void ContentMeter::Keep(const std::uint8_t* luma, int stride) {
	for (int row = 0; row < height_; row++) {
		std::memcpy(kept_.data() + static_cast<std::ptrdiff_t>(row) * width_,
			luma + static_cast<std::ptrdiff_t>(row) * stride, static_cast<std::size_t>(width_));
	}
}

}  // namespace porthole
