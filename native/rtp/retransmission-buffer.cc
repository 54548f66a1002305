#include "rtp/retransmission-buffer.h"

#include <utility>

namespace porthole {

namespace {

constexpr double kNever = -1e300;

}  // namespace

void SentHistory::Add(std::uint16_t sequence, UnitPacket packet, std::uint32_t timestamp) {
	Entry& entry = entries_[sequence % kSize];
	entry.packet = std::move(packet);
	entry.timestamp = timestamp;
	entry.sequence = sequence;
	entry.resent_at = kNever;
}

SentHistory::Entry* SentHistory::Get(std::uint16_t sequence) {
	Entry& entry = entries_[sequence % kSize];
	return entry.packet.unit && entry.sequence == sequence ? &entry : nullptr;
}

bool SentHistory::MayResend(Entry& entry, double now, double interval) {
	if (now - period_start_ >= kResentPeriod) {
		period_start_ = now;
		resent_in_period_ = 0;
	}
	if (resent_in_period_ >= kMaxResent || now - entry.resent_at < interval) return false;
	resent_in_period_++;
	entry.resent_at = now;
	return true;
}

}  // namespace porthole
