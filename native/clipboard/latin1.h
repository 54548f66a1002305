#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace porthole {

/// UTF-8 as ISO 8859-1, which X calls STRING; what that cannot hold becomes a question mark.
std::vector<std::uint8_t> Latin1FromUtf8(std::span<const std::uint8_t> utf8);

std::vector<std::uint8_t> Utf8FromLatin1(std::span<const std::uint8_t> latin1);

}  // namespace porthole
