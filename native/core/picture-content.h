#pragma once

#include <array>
#include <cstdint>

namespace porthole {

/// What there is to code in a picture or a part of it: how many steps of which height luma takes from pixel to pixel.
/// Tells how bits depend on the quantiser: sharp text gets cheaper slowly, noise all at once.
struct PictureContent {
	/// Sampled steps by octave: [n] counts heights of 2^(n-1) up to 2^n.
	std::array<std::uint32_t, 9> steps{};

	bool empty() const;

	/// Bits, but for a factor that depends on the encoder, at an H.264 quantiser of 0 to 51.
	double Cost(int qp) const;

	PictureContent& operator+=(const PictureContent& other);

	/// Scales down to at most so many samples.
	void Limit(std::uint64_t most);

	std::uint64_t samples() const;
};

}  // namespace porthole
