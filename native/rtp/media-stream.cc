#include "rtp/media-stream.h"

#include <algorithm>
#include <utility>

namespace porthole {

namespace {

/// A packet is not sent again while its last copy may still be on the way; where no round trip is known.
constexpr double kResendInterval = 20;

/// Payloads that make a good probe, bytes: fewer packets for the same rate.
constexpr std::size_t kLarge = 600;

}  // namespace

MediaStream::MediaStream(const StreamTerms& terms, PacketOutlet& outlet)
	: outlet_(outlet), media_(terms.payload_type, terms.ssrc, terms.first_sequence) {
	if (const auto& repeats = terms.retransmission) {
		repeats_.emplace(repeats->payload_type, repeats->ssrc, repeats->first_sequence);
	}
}

std::size_t MediaStream::Send(UnitPacket packet, std::uint32_t timestamp, double now) {
	const std::uint64_t index = media_.Take();
	packets_++;
	payload_bytes_ += static_cast<std::uint32_t>(packet.payload().size());
	const std::size_t size = outlet_.Send(media_, index, packet, timestamp, now);
	history_.Add(static_cast<std::uint16_t>(index), std::move(packet), timestamp);
	return size;
}

bool MediaStream::Miss(std::uint16_t sequence, double now) {
	if (!missed_.MayMiss(now) || !media_.WasSent(sequence)) return false;
	SentHistory::Entry* entry = history_.Get(sequence);
	if (entry == nullptr || !repeats_) return true;
	if (history_.MayResend(*entry, now, std::max(kResendInterval, round_trip_))) missed_.Add(sequence);
	return false;
}

std::size_t MediaStream::SendMissed(double now) { return SendAgain(missed_.Take(), now); }

std::size_t MediaStream::SendProbe(double now) {
	const std::uint16_t newest = media_.last();
	std::optional<std::uint16_t> found;
	for (std::size_t back = 0; back < SentHistory::kSize; back++) {
		const auto sequence = static_cast<std::uint16_t>(newest - (probed_ + back) % SentHistory::kSize);
		const SentHistory::Entry* entry = history_.Get(sequence);
		if (entry == nullptr) continue;
		if (!found) found = sequence;
		if (entry->packet.payload().size() < kLarge) continue;
		probed_ += back + 1;
		return SendAgain(sequence, now);
	}
	return SendAgain(found, now);
}

std::size_t MediaStream::SendAgain(std::optional<std::uint16_t> sequence, double now) {
	const SentHistory::Entry* entry = sequence ? history_.Get(*sequence) : nullptr;
	if (entry == nullptr || !repeats_) return 0;
	return outlet_.SendAgain(*repeats_, repeats_->Take(), *entry, now);
}

}  // namespace porthole
