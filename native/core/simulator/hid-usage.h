#pragma once

#include <cstdint>

#include "native-error.h"

namespace porthole {

constexpr std::uint32_t kKeyboardPage = 0x07;
constexpr std::uint32_t kConsumerPage = 0x0C;
constexpr std::uint32_t kHomeUsage = 0x40;
constexpr std::uint32_t kSiriUsage = 0xCF;

/// Refuses what ends the simulator's input daemon (backboardd): the button of Siri.
inline void RefuseHarmfulButton(std::uint32_t page, std::uint32_t usage) {
	if (page == kConsumerPage && usage == kSiriUsage) {
		throw NativeError("button-refused", "The button of Siri was not pressed: it ends the simulator's input.");
	}
}

}  // namespace porthole
