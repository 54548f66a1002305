#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rendition.h"

namespace porthole {

/// One coded picture on its way to JavaScript. Times are milliseconds since the Unix epoch.
struct AccessUnit {
	std::vector<std::uint8_t> data;
	double capture_time = 0;
	double encoded_time = 0;
	bool keyframe = false;
	int width = 0;
	int height = 0;
	Rendition rendition = Rendition::kMain;
	/// The encoder in words, with the first picture after they have changed.
	std::string encoder;
};

/// Where a source's thread hands over what it makes. Called from that thread; never blocks.
class SourceSink {
public:
	virtual ~SourceSink() = default;

	/// False when the access unit was dropped because the other side did not keep up.
	virtual bool Deliver(AccessUnit unit) = 0;

	/// True from a drop until the other side has caught up and asked for a keyframe of that rendition: coding now would be
	/// in vain.
	virtual bool Blocked(Rendition rendition) const = 0;

	/// The source ended by itself. At most once, and last.
	virtual void End(const std::string& code, const std::string& message) = 0;
};

}  // namespace porthole
