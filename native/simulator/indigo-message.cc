#include "simulator/indigo-message.h"

#include <bit>
#include <cstddef>
#include <string>

#include "native-error.h"

namespace porthole {

namespace {

// A record's touch begins 16 bytes into it; records lie 0xA0 apart, the first at 0x20.
constexpr std::size_t kFirstTouch = 0x30;
constexpr std::size_t kRecordStride = 0xA0;
// Within a touch.
constexpr std::size_t kEdgeFlag = 0x0A;
constexpr std::size_t kEdgeBits = 0x0B;
constexpr std::size_t kPlaceX = 0x0C;
constexpr std::size_t kPlaceY = 0x14;
constexpr std::size_t kTarget = 0x3C;
constexpr std::uint8_t kAtEdge = 0x04;

std::size_t TouchOf(std::size_t record) { return kFirstTouch + record * kRecordStride; }

void RequireSize(std::span<const std::uint8_t> message, std::size_t least) {
	if (message.size() >= least) return;
	throw NativeError("indigo-message-too-short",
		"SimulatorKit built a touch of " + std::to_string(message.size()) + " bytes where at least " +
			std::to_string(least) + " were expected; this Xcode builds them in another way.");
}

template <typename Number>
void Write(std::span<std::uint8_t> message, std::size_t offset, Number number) {
	for (std::size_t byte = 0; byte < sizeof number; byte++) {
		message[offset + byte] = static_cast<std::uint8_t>(number >> (8 * byte));
	}
}

void WritePlace(std::span<std::uint8_t> message, std::size_t record, const TouchPlace& place) {
	Write(message, TouchOf(record) + kPlaceX, std::bit_cast<std::uint64_t>(place.x));
	Write(message, TouchOf(record) + kPlaceY, std::bit_cast<std::uint64_t>(place.y));
}

}  // namespace

DigitizerState DigitizerStateOf(TouchPhase phase) {
	if (phase == TouchPhase::kUp) return {0x06, false, false};
	return {0x07, true, true};
}

std::uint8_t IndigoEdgeBit(TouchEdge edge) {
	switch (edge) {
		case TouchEdge::kNone:
			return 0;
		case TouchEdge::kBottom:
			return 1;
		case TouchEdge::kLeft:
			return 2;
		case TouchEdge::kRight:
			return 4;
		case TouchEdge::kTop:
			return 8;
	}
	return 0;
}

void PatchFingerMessage(std::span<std::uint8_t> message, TouchEdge edge) {
	RequireSize(message, TouchOf(1) + kTarget + sizeof kIndigoDigitizerTarget);
	for (std::size_t record = 0; record < 2; record++) {
		message[TouchOf(record) + kEdgeFlag] = edge == TouchEdge::kNone ? 0 : kAtEdge;
		message[TouchOf(record) + kEdgeBits] = IndigoEdgeBit(edge);
		Write(message, TouchOf(record) + kTarget, kIndigoDigitizerTarget);
	}
}

void PatchTwoFingerMessage(std::span<std::uint8_t> message, const TouchPlace& first, const TouchPlace& second) {
	RequireSize(message, TouchOf(2) + kPlaceY + sizeof(double));
	WritePlace(message, 0, first);
	WritePlace(message, 1, first);
	WritePlace(message, 2, second);
}

}  // namespace porthole
