/// An SPS from an encoder, rewritten for live viewers. Input: the NAL unit.

#include "encode/sps.h"

#include "stage.h"

namespace {

using namespace porthole;

/// Whether a decoder would take something in it for a start code (H.264, 7.4.1).
bool HasStartCode(Bytes nal) {
	for (std::size_t at = 2; at < nal.size(); at++) {
		if (nal[at - 2] == 0 && nal[at - 1] == 0 && nal[at] < 3) return true;
	}
	return false;
}

/// What a rewriting adds at most besides the bits that it copies: colours and a restriction.
constexpr std::size_t kAdded = 32;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
	const auto live = LiveSps({data, size});
	if (!live) return 0;
	REQUIRE(!HasStartCode(*live));
	REQUIRE(live->size() <= (size + kAdded) * 3 / 2);
	// What was written can be read, and says the same again.
	REQUIRE(LiveSps(*live) == live);
	return 0;
}
