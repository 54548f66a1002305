#include "simulator/orientation-message.h"

#include <cstddef>
#include <string>

#include "native-error.h"

namespace porthole {

namespace {

// mach_msg_header_t.
constexpr std::size_t kBits = 0x00;
constexpr std::size_t kSize = 0x04;
constexpr std::size_t kRemotePort = 0x08;
constexpr std::size_t kId = 0x14;
// GSEvent.
constexpr std::size_t kType = 0x18;
constexpr std::size_t kInfoSize = 0x48;
constexpr std::size_t kInfo = 0x4C;

/// MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0).
constexpr std::uint32_t kCopySend = 0x13;
constexpr std::uint32_t kEventMessage = 0x7B;
constexpr std::uint32_t kOrientationChanged = 50;
constexpr std::uint32_t kFromHost = 0x20000;

void Write(OrientationMessage& message, std::size_t offset, std::uint32_t number) {
	for (std::size_t byte = 0; byte < sizeof number; byte++) {
		message.bytes[offset + byte] = static_cast<std::uint8_t>(number >> (8 * byte));
	}
}

}  // namespace

OrientationMessage MakeOrientationMessage(std::uint32_t port, int orientation) {
	if (orientation < 1 || orientation > 4) {
		throw NativeError("invalid-argument", "\"orientation\" must be a whole number from 1 to 4.");
	}
	OrientationMessage message;
	Write(message, kBits, kCopySend);
	Write(message, kSize, static_cast<std::uint32_t>(message.bytes.size()));
	Write(message, kRemotePort, port);
	Write(message, kId, kEventMessage);
	Write(message, kType, kOrientationChanged | kFromHost);
	Write(message, kInfoSize, sizeof(std::uint32_t));
	Write(message, kInfo, static_cast<std::uint32_t>(orientation));
	return message;
}

}  // namespace porthole
