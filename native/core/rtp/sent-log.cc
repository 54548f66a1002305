#include "sent-log.h"

#include <algorithm>

namespace porthole {

void SentLog::Add(std::size_t size, double time) {
	if (count_ - settled_ >= kSize) SettleBefore(count_ - kSize + 1);
	packets_[count_ % kSize] = {time, static_cast<std::uint16_t>(size), State::kPending};
	count_++;
	outstanding_ += size;
}

std::optional<std::uint64_t> SentLog::Find(std::uint16_t sequence) const {
	const std::uint64_t behind = (count_ - 1 - sequence) & 0xffff;
	if (behind >= std::min<std::uint64_t>(kSize, count_)) return std::nullopt;
	return count_ - 1 - behind;
}

void SentLog::SettleBefore(std::uint64_t index) {
	for (; settled_ < index; settled_++) {
		if (packets_[settled_ % kSize].state == State::kPending) Settle(settled_, State::kPassed);
	}
}

bool SentLog::Settle(std::uint64_t index, State state) {
	Packet& packet = packets_[index % kSize];
	if (packet.state == State::kReceived) return false;
	if (packet.state == State::kPending) outstanding_ -= packet.size;
	packet.state = state;
	return true;
}

}  // namespace porthole
