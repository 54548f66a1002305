#include "clock-strip.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace porthole::check {

namespace {

constexpr std::uint32_t kWhite = 0xffffffff;
constexpr std::uint32_t kBlack = 0xff000000;

bool CellIsWhite(int cell, std::uint32_t time) {
	if (cell < ClockStrip::kSyncCells) return cell % 2 == 0;
	const int index = cell - ClockStrip::kSyncCells;
	const bool bit = (time >> (ClockStrip::kBits - 1 - index % ClockStrip::kBits) & 1) != 0;
	return index < ClockStrip::kBits ? bit : !bit;
}

}  // namespace

void ClockStrip::Draw(std::uint32_t* pixels, int stride_pixels) {
	using namespace std::chrono;
	const auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
	for (int cell = 0; cell < kCells; cell++) {
		std::fill_n(pixels + std::ptrdiff_t{cell} * kCell, kCell,
			CellIsWhite(cell, static_cast<std::uint32_t>(now)) ? kWhite : kBlack);
	}
	for (int row = 1; row < kHeight; row++) std::copy_n(pixels, kWidth, pixels + std::ptrdiff_t{row} * stride_pixels);
}

}  // namespace porthole::check
