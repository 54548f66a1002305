#include "encode/h264.h"

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

namespace {

struct Level {
	int idc;
	int macroblocks_per_second;
	int macroblocks_per_frame;
};

constexpr Level kLevels[] = {
	{10, 1485, 99},
	{11, 3000, 396},
	{12, 6000, 396},
	{20, 11880, 396},
	{21, 19800, 792},
	{22, 20250, 1620},
	{30, 40500, 1620},
	{31, 108000, 3600},
	{32, 216000, 5120},
	{40, 245760, 8192},
	{42, 522240, 8704},
	{50, 589824, 22080},
	{51, 983040, 36864},
	{52, 2073600, 36864},
};

}  // namespace

int LevelFor(int width, int height, double frame_rate) {
	const int macroblocks = ((width + 15) / 16) * ((height + 15) / 16);
	for (const Level& level : kLevels) {
		if (macroblocks <= level.macroblocks_per_frame && macroblocks * frame_rate <= level.macroblocks_per_second) {
			return level.idc;
		}
	}
	return kLevels[sizeof kLevels / sizeof kLevels[0] - 1].idc;
}

}  // namespace porthole
