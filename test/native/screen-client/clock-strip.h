#pragma once

#include <cstdint>

namespace porthole::check {

/// A clock that is read back from decoded video. One row of square cells at the top left of the picture:
///
///   cells 0..3    white, black, white, black: tells that a strip is there and how white and black came through
///   cells 4..27   the low 24 bits of CLOCK_REALTIME in milliseconds, most significant first, white is 1
///   cells 28..51  the same bits inverted: a strip read half-drawn or blurred does not add up
///
/// A reader samples the middle of each cell and compares with the mean of cells 0..3. The value wraps after 4.66 hours.
class ClockStrip {
public:
	static constexpr int kCell = 8;  ///< Pixels, both ways.
	static constexpr int kSyncCells = 4;
	static constexpr int kBits = 24;
	static constexpr int kCells = kSyncCells + 2 * kBits;
	static constexpr int kWidth = kCells * kCell;
	static constexpr int kHeight = kCell;

	/// Draws the present time into the first rows of a BGRX picture of at least the strip's size.
	static void Draw(std::uint32_t* pixels, int stride_pixels);
};

}  // namespace porthole::check
