#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace porthole {

/// What there is to code in a frame or a part of it: how many steps of which height luma takes from pixel to pixel.
/// Tells how bits depend on the quantiser: sharp text gets cheaper slowly, noise all at once.
struct FrameContent {
	/// Sampled steps by octave: [n] counts heights of 2^(n-1) up to 2^n.
	std::array<std::uint32_t, 9> steps{};

	bool empty() const;

	/// Bits, but for a factor that depends on the encoder, at an H.264 quantiser of 0 to 51.
	double Cost(int qp) const;

	FrameContent& operator+=(const FrameContent& other);

	/// Scales down to at most so many samples.
	void Limit(std::uint64_t most);

	std::uint64_t samples() const;
};

/// A frame against the one before.
struct FrameChange {
	FrameContent fresh;  ///< What was nowhere near before: blocks that only moved a little are not in it.
	bool repeat = false;  ///< Nothing changed at all.
};

/// Measures what is new in a frame against the last one that was encoded. Looks at luma alone: a change of colour at
/// equal luma passes for a repeat, which is encoded all the same.
class ContentMeter {
public:
	/// Both sides at least 16.
	ContentMeter(int width, int height);

	/// Content of all blocks.
	FrameContent Whole(const std::uint8_t* luma, int stride) const;

	/// What changed since the frame that was kept.
	FrameChange Changed(const std::uint8_t* luma, int stride);

	/// The frame is what the next ones are compared with.
	void Keep(const std::uint8_t* luma, int stride);

private:
	template <typename Wanted>
	FrameContent Measure(const std::uint8_t* luma, int stride, Wanted wanted) const;

	int width_;
	int height_;
	std::vector<std::uint8_t> kept_;
	/// Where the last blocks that only moved had been, relative to where they are.
	int moved_x_ = 0;
	int moved_y_ = 0;
};

}  // namespace porthole
