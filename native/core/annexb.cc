#include "annexb.h"

namespace porthole {

void AppendNal(std::vector<std::uint8_t>& access_unit, const std::uint8_t* nal, std::size_t size) {
	std::size_t start = 0;
	while (start < size && nal[start] == 0) start++;
	start++;
	if (start >= size) return;
	const std::uint8_t type = nal[start] & 0x1f;
	if (type != kNalSlice && type != kNalIdrSlice && type != kNalSps && type != kNalPps) return;
	static constexpr std::uint8_t kStartCode[] = {0, 0, 0, 1};
	access_unit.insert(access_unit.end(), kStartCode, kStartCode + sizeof kStartCode);
	access_unit.insert(access_unit.end(), nal + start, nal + size);
}

}  // namespace porthole
