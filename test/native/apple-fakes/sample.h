#pragma once

#include <CoreMedia/CoreMedia.h>

#include <cstdint>
#include <vector>

#include "object.h"

namespace porthole::fakes {

using Bytes = std::vector<std::uint8_t>;

/// Bytes in two pieces: coremedia/cmblockbuffer, a block need not lie in one.
class BlockBuffer final : public Object {
public:
	explicit BlockBuffer(const Bytes& data)
		: Object("CMBlockBuffer"),
		  first(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(data.size() / 3)),
		  second(data.begin() + static_cast<std::ptrdiff_t>(data.size() / 3), data.end()) {}

	const Bytes first;
	const Bytes second;
};

class FormatDescription final : public Object {
public:
	explicit FormatDescription(std::vector<Bytes> sets) : Object("CMFormatDescription"), sets(std::move(sets)) {}
	const std::vector<Bytes> sets;
};

/// One encoded frame: NAL units behind lengths of four bytes, parameter sets apart.
class SampleBuffer final : public Object {
public:
	SampleBuffer(std::vector<Bytes> sets, const Bytes& data)
		: Object("CMSampleBuffer"),
		  description(*new FormatDescription(std::move(sets))),
		  block(*new BlockBuffer(data)) {}

	void Clear() override {
		description.Release();
		block.Release();
	}

	FormatDescription& description;
	BlockBuffer& block;
};

}  // namespace porthole::fakes
