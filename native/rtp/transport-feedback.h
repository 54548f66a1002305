#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace porthole {

/// A transport-wide feedback message (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1) that was found sound.
struct TransportFeedback {
	std::uint16_t base_sequence;
	/// Packets told of, at most 4096.
	std::uint16_t count;
	/// In units of 64 ms, modulo 2^24; of the receiver's clock.
	std::uint32_t reference;
	std::span<const std::uint8_t> part;

	/// Nothing unless the whole message is sound: all statuses and deltas that it counts are in it, none is of the
	/// reserved kind, and they are not too many.
	static std::optional<TransportFeedback> Check(std::span<const std::uint8_t> part);

	/// Told of each packet in the order of sequence numbers; `arrival` in milliseconds after the reference time, nothing
	/// when it did not come.
	using Status = std::function<void(std::uint16_t sequence, std::optional<double> arrival)>;
	void ForEach(const Status& status) const;
};

}  // namespace porthole
