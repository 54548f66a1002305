#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace porthole {

/// NAL unit types, ITU-T H.264 Table 7-1.
enum NalType : std::uint8_t { kNalSlice = 1, kNalIdrSlice = 5, kNalSps = 7, kNalPps = 8 };

/// Appends one NAL unit of an encoder's output (with a start code of either length) behind a four-byte start code.
/// Only parameter sets and slices pass: SEI and delimiters cost bytes and tell a live viewer nothing.
void AppendNal(std::vector<std::uint8_t>& access_unit, const std::uint8_t* nal, std::size_t size);

/// The lowest H.264 level (as level_idc, such as 32) whose picture size and macroblock rate hold the given stream
/// (ITU-T H.264 Table A-1). The highest one when none does.
int LevelFor(int width, int height, double frame_rate);

// How the decoder gets screen colours back, ITU-T H.264 Tables E-3 to E-5. A screen shows sRGB: primaries of BT.709,
// transfer of IEC 61966-2-1. libyuv converts with the BT.601 matrix, which players do not assume for HD by themselves.
constexpr int kColourPrimaries = 1;
constexpr int kTransferCharacteristics = 13;
constexpr int kMatrixCoefficients = 6;

}  // namespace porthole
