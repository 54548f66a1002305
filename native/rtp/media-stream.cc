#include "rtp/media-stream.h"

#include <algorithm>
#include <utility>

namespace porthole {

namespace {

/// A packet is not sent again while its last copy may still be on the way; where no round trip is known.
constexpr double kRetransmitInterval = 20;

/// Payloads that make a good probe, bytes: fewer packets for the same rate.
constexpr std::size_t kLarge = 600;

}  // namespace

MediaStream::MediaStream(const RtpParameters& parameters, PacketWriter& writer)
	: writer_(writer), media_(parameters.payload_type, parameters.ssrc, parameters.first_sequence) {
	if (const auto& rtx = parameters.retransmission) {
		rtx_.emplace(rtx->payload_type, rtx->ssrc, rtx->first_sequence);
	}
}

std::size_t MediaStream::Send(UnitPacket packet, std::uint32_t timestamp, double now) {
	const std::uint64_t index = media_.Take();
	packets_++;
	payload_bytes_ += static_cast<std::uint32_t>(packet.payload().size());
	const std::size_t size = writer_.Send(media_, index, packet, timestamp, now);
	buffer_.Add(static_cast<std::uint16_t>(index), std::move(packet), timestamp);
	return size;
}

bool MediaStream::OnNack(std::uint16_t sequence, double now) {
	if (!retransmissions_.TakesNack(now) || !media_.WasSent(sequence)) return false;
	RetransmissionBuffer::Entry* entry = buffer_.Get(sequence);
	if (entry == nullptr || !rtx_) return true;
	if (buffer_.MayRetransmit(*entry, now, std::max(kRetransmitInterval, round_trip_))) retransmissions_.Add(sequence);
	return false;
}

std::size_t MediaStream::SendRetransmission(double now) { return SendRtx(retransmissions_.Take(), now); }

std::size_t MediaStream::SendProbe(double now) {
	const std::uint16_t newest = media_.last();
	std::optional<std::uint16_t> found;
	for (std::size_t back = 0; back < RetransmissionBuffer::kSize; back++) {
		const auto sequence = static_cast<std::uint16_t>(newest - (probed_ + back) % RetransmissionBuffer::kSize);
		const RetransmissionBuffer::Entry* entry = buffer_.Get(sequence);
		if (entry == nullptr) continue;
		if (!found) found = sequence;
		if (entry->packet.payload().size() < kLarge) continue;
		probed_ += back + 1;
		return SendRtx(sequence, now);
	}
	return SendRtx(found, now);
}

std::size_t MediaStream::SendRtx(std::optional<std::uint16_t> sequence, double now) {
	const RetransmissionBuffer::Entry* entry = sequence ? buffer_.Get(*sequence) : nullptr;
	if (entry == nullptr || !rtx_) return 0;
	return writer_.SendRtx(*rtx_, rtx_->Take(), *entry, now);
}

}  // namespace porthole
