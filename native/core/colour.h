#pragma once

namespace porthole {

// How the decoder gets screen colours back, ITU-T H.264 Tables E-3 to E-5. A screen shows sRGB: primaries of BT.709,
// transfer of IEC 61966-2-1. libyuv converts with the BT.601 matrix, which players do not assume for HD by themselves.
constexpr int kColourPrimaries = 1;
constexpr int kTransferCharacteristics = 13;
constexpr int kMatrixCoefficients = 6;

}  // namespace porthole
