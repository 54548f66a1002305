#include "packet-outlet.h"

#include <cstring>

#include "byte-order.h"

namespace porthole {

std::size_t PacketOutlet::Send(
	const RtpStream& stream, std::uint64_t index, const UnitPacket& packet, std::uint32_t timestamp, double now) {
	Begin(stream, index, packet, timestamp);
	return Finish(packet.payload(), index, now);
}

std::size_t PacketOutlet::SendAgain(
	const RtpStream& stream, std::uint64_t index, const SentHistory::Entry& entry, double now) {
	std::uint8_t* body = Begin(stream, index, entry.packet, entry.timestamp);
	const Bytes payload = entry.packet.payload();
	Put16(body, entry.sequence);
	std::memcpy(body + 2, payload.data(), payload.size());
	return Finish({body, payload.size() + 2}, index, now);
}

std::uint8_t* PacketOutlet::Begin(
	const RtpStream& stream, std::uint64_t index, const UnitPacket& packet, std::uint32_t timestamp) {
	packet_ = route_ != nullptr ? route_->Room() : nowhere_;
	const HeaderFields fields{
		.payload_type = stream.payload_type(),
		.sequence = static_cast<std::uint16_t>(index),
		.timestamp = timestamp,
		.ssrc = stream.ssrc(),
		.transport_sequence = static_cast<std::uint16_t>(packets_),
		.first = packet.first(),
		.last = packet.last(),
	};
	header_size_ = header_.Write(packet_, packet.unit->time().capture_time, fields);
	return packet_ + header_size_;
}

std::size_t PacketOutlet::Finish(Bytes payload, std::uint64_t index, double now) {
	const std::size_t size = srtp_.Protect(packet_, header_size_, payload, index);
	if (route_ != nullptr) route_->Send(size);
	if (log_) log_->Sent(size, now);
	packets_++;
	bytes_ += size;
	return size;
}

}  // namespace porthole
