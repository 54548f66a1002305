#include "rtp/transport-log.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "rtp/transport-feedback.h"

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

void TransportLog::Sent(std::size_t size, double time) {
	sent_.Add(size, time);
	if (probe_) probe_->Sent(size, time);
}

void TransportLog::EndProbe() {
	if (probe_) probe_->Finish(sent_.count() - 1);
}

std::optional<TransportReport> TransportLog::Receive(std::span<const std::uint8_t> message, double now) {
	const auto feedback = TransportFeedback::Check(message);
	if (!feedback) return std::nullopt;
	const auto first = sent_.Find(feedback->base_sequence);
	const auto last = sent_.Find(static_cast<std::uint16_t>(feedback->base_sequence + feedback->count - 1));
	if (!last) return std::nullopt;
	if (first && *first <= *last) sent_.SettleBefore(*first);
	const double reference = delay_.Begin(feedback->reference, now);
	TransportReport report;
	double least = std::numeric_limits<double>::infinity();
	double final_delay = 0;
	feedback->ForEach([&](std::uint16_t sequence, std::optional<double> arrival) {
		const auto index = sent_.Find(sequence);
		if (!index) return;
		if (!arrival) {
			if (sent_.Lost(*index)) report.lost++;
			return;
		}
		if (!sent_.Received(*index)) return;
		const std::size_t size = sent_.size(*index);
		report.received++;
		report.received_bytes += size;
		if (probe_) probe_->Received(*index, size, reference + *arrival);
		final_delay = reference + *arrival - sent_.time(*index);
		least = std::min(least, final_delay);
	});
	if (report.received + report.lost == 0) return std::nullopt;
	if (report.received > 0) {
		delay_.Note(least, now);
		report.least_delay = delay_.Above(least, now);
		report.last_delay = delay_.Above(final_delay, now);
	}
	report.time = now;
	report.last_sent = sent_.time(*last);
	report.probed = FinishedProbe(*last);
	report.outstanding = sent_.outstanding();
	return report;
}

std::optional<double> TransportLog::FinishedProbe(std::uint64_t highest) {
	if (!probe_ || !probe_->IsOver(highest)) return std::nullopt;
	return std::exchange(probe_, std::nullopt)->ArrivalRate();
}

}  // namespace porthole
