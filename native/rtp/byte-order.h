#pragma once

#include <cstdint>

namespace porthole {

// Whole numbers in network byte order.

inline void Put16(std::uint8_t* at, std::uint32_t value) {
	at[0] = static_cast<std::uint8_t>(value >> 8);
	at[1] = static_cast<std::uint8_t>(value);
}

inline void Put32(std::uint8_t* at, std::uint32_t value) {
	Put16(at, value >> 16);
	Put16(at + 2, value);
}

inline std::uint32_t Get16(const std::uint8_t* at) { return static_cast<std::uint32_t>(at[0]) << 8 | at[1]; }

inline std::uint32_t Get24(const std::uint8_t* at) { return Get16(at) << 8 | at[2]; }

inline std::uint32_t Get32(const std::uint8_t* at) { return Get16(at) << 16 | Get16(at + 2); }

}  // namespace porthole
