#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rtp-unit.h"

namespace porthole {

/// A packet of a unit.
struct UnitPacket {
	RtpUnitRef unit;
	std::uint32_t index = 0;

	std::span<const std::uint8_t> payload() const { return unit->Payload(index); }
	bool first() const { return index == 0; }
	bool last() const { return index + 1 == unit->count(); }
};

/// The packets last sent to one viewer, by sequence number; the oldest are dropped. Payloads are shared with all
/// viewers, only the numbers are the viewer's own.
class SentHistory {
public:
	/// Packets kept: 4.5 s at 4 Mbit/s. A power of two that divides 2^16.
	static constexpr std::size_t kSize = 2048;
	/// Most packets sent again in so many milliseconds: 25 Mbit/s, enough for a second's blackout and no amplifier.
	static constexpr int kMaxResent = 512;
	static constexpr double kResentPeriod = 200;

	struct Entry {
		UnitPacket packet;
		/// The RTP timestamp it was sent with.
		std::uint32_t timestamp = 0;
		std::uint16_t sequence = 0;
		double resent_at = 0;
	};

	void Add(std::uint16_t sequence, UnitPacket packet, std::uint32_t timestamp);

	/// The packet sent with this number; null when it was dropped since, or never sent.
	Entry* Get(std::uint16_t sequence);

	/// Whether a kept packet may be sent again now, which it then counts as: each once in `interval` milliseconds, and
	/// not too many together.
	bool MayResend(Entry& entry, double now, double interval);

private:
	std::vector<Entry> entries_ = std::vector<Entry>(kSize);
	double period_start_ = -1e300;
	int resent_in_period_ = 0;
};

}  // namespace porthole
