#include "rtp/transport-feedback.h"

#include <algorithm>

#include "rtp/byte-order.h"

namespace porthole {

namespace {

/// Fixed part: RTCP header, two SSRCs, base sequence, status count, reference time, feedback count.
constexpr std::size_t kFixed = 20;
/// Most packets that one message may tell of: as many as are remembered.
constexpr std::uint32_t kMaxStatuses = 4096;
/// Unit of arrival deltas, milliseconds.
constexpr double kTick = 0.25;

constexpr std::uint32_t kSmallDelta = 1;
constexpr std::uint32_t kReserved = 3;

/// Calls with the status symbol of each packet, which is also the length of its delta (0, 1 or 2; 3 is reserved), and
/// answers where the chunks end; nothing when they end too early.
template <typename Each>
std::optional<std::size_t> ForEachSymbol(std::span<const std::uint8_t> part, std::uint32_t count, Each each) {
	std::size_t at = kFixed;
	for (std::uint32_t left = count; left > 0; at += 2) {
		if (at + 2 > part.size()) return std::nullopt;
		const std::uint32_t chunk = Get16(part.data() + at);
		if (chunk < 0x8000) {
			const std::uint32_t run = std::min(chunk & 0x1fff, left);
			for (std::uint32_t i = 0; i < run; i++) each(chunk >> 13);
			left -= run;
		} else {
			const std::uint32_t width = (chunk & 0x4000) == 0 ? 1 : 2;
			const std::uint32_t symbols = std::min(14 / width, left);
			for (std::uint32_t i = 1; i <= symbols; i++) each(chunk >> (14 - i * width) & (width == 1 ? 1 : 3));
			left -= symbols;
		}
	}
	return at;
}

}  // namespace

std::optional<TransportFeedback> TransportFeedback::Check(std::span<const std::uint8_t> part) {
	if (part.size() < kFixed) return std::nullopt;
	const std::uint32_t count = Get16(part.data() + 14);
	if (count == 0 || count > kMaxStatuses) return std::nullopt;
	std::size_t bytes = 0;
	bool sound = true;
	const auto end = ForEachSymbol(part, count, [&](std::uint32_t kind) {
		bytes += kind;
		if (kind == kReserved) sound = false;
	});
	if (!sound || !end || *end + bytes > part.size()) return std::nullopt;
	return TransportFeedback{static_cast<std::uint16_t>(Get16(part.data() + 12)), static_cast<std::uint16_t>(count),
		Get24(part.data() + 16), part};
}

void TransportFeedback::ForEach(const Status& status) const {
	std::size_t delta = ForEachSymbol(part, count, [](std::uint32_t) {}).value_or(part.size());
	std::uint16_t sequence = base_sequence;
	std::int32_t ticks = 0;
	ForEachSymbol(part, count, [&](std::uint32_t kind) {
		if (kind == 0) {
			status(sequence++, std::nullopt);
			return;
		}
		ticks += kind == kSmallDelta ? part[delta] : static_cast<std::int16_t>(Get16(part.data() + delta));
		delta += kind;
		status(sequence++, ticks * kTick);
	});
}

}  // namespace porthole
