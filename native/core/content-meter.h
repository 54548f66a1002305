#pragma once

#include <cstdint>
#include <vector>

#include "picture-content.h"

namespace porthole {

/// A picture against the one before.
struct PictureChange {
	PictureContent fresh;  ///< What was nowhere near before: blocks that only moved a little are not in it.
	bool repeat = false;  ///< Nothing changed at all.
};

/// Measures what is new in a picture against the last one that was coded. Looks at luma alone: a change of colour at
/// equal luma passes for a repeat, which is coded all the same.
class ContentMeter {
public:
	/// Both sides at least 16.
	ContentMeter(int width, int height);

	/// Content of all blocks.
	PictureContent Whole(const std::uint8_t* luma, int stride) const;

	/// What changed since the picture that was kept.
	PictureChange Changed(const std::uint8_t* luma, int stride);

	/// The picture is what the next ones are compared with.
	void Keep(const std::uint8_t* luma, int stride);

private:
	template <typename Wanted>
	PictureContent Measure(const std::uint8_t* luma, int stride, Wanted wanted) const;

	int width_;
	int height_;
	std::vector<std::uint8_t> kept_;
	/// Where the last blocks that only moved had been, relative to where they are.
	int moved_x_ = 0;
	int moved_y_ = 0;
};

}  // namespace porthole
