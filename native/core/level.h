#pragma once

namespace porthole {

/// The lowest H.264 level (as level_idc, such as 32) whose picture size and macroblock rate hold the given stream
/// (ITU-T H.264 Table A-1). The highest one when none does.
int LevelFor(int width, int height, double frame_rate);

}  // namespace porthole
