#include "rtp/retransmission-buffer.h"

#include <utility>

namespace porthole {

namespace {

constexpr double kNever = -1e300;

}  // namespace

void RetransmissionBuffer::Add(std::uint16_t sequence, UnitPacket packet, std::uint32_t timestamp) {
	Entry& entry = entries_[sequence % kSize];
	entry.packet = std::move(packet);
	entry.timestamp = timestamp;
	entry.sequence = sequence;
	entry.retransmitted_at = kNever;
}

RetransmissionBuffer::Entry* RetransmissionBuffer::Get(std::uint16_t sequence) {
	Entry& entry = entries_[sequence % kSize];
	return entry.packet.unit && entry.sequence == sequence ? &entry : nullptr;
}

bool RetransmissionBuffer::MayRetransmit(Entry& entry, double now, double interval) {
	if (now - period_start_ >= kRetransmitPeriod) {
		period_start_ = now;
		retransmitted_in_period_ = 0;
	}
	if (retransmitted_in_period_ >= kMaxRetransmitted || now - entry.retransmitted_at < interval) return false;
	retransmitted_in_period_++;
	entry.retransmitted_at = now;
	return true;
}

}  // namespace porthole
