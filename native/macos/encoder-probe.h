#pragma once

#include <string>

namespace porthole {

struct EncoderProbe {
	bool works = false;
	/// The encoder in words and what it made, or why it made nothing.
	std::string detail;
};

/// Has VideoToolbox code one picture of 64 by 64 pixels as it codes screens; waits for up to 2 s. Not yet run on a Mac.
EncoderProbe ProbeEncoder();

}  // namespace porthole
