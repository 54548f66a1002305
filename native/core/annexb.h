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

}  // namespace porthole
