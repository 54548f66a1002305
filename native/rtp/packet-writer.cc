#include "rtp/packet-writer.h"

#include <cstring>

#include "rtp/byte-order.h"
#include "rtp/media-clock.h"

namespace porthole {

namespace {

constexpr std::uint32_t kOneByteExtensions = 0xbede;
constexpr std::size_t kExtensionStart = 16;

}  // namespace

std::size_t RtpHeaderWriter::Write(std::uint8_t* out, double capture_time, const HeaderFields& fields) const {
	out[1] = (fields.last ? 0x80 : 0) | fields.payload_type;
	Put16(out + 2, fields.sequence);
	Put32(out + 4, fields.timestamp);
	Put32(out + 8, fields.ssrc);
	const std::size_t end = WriteExtensions(out, capture_time, fields);
	if (end == kExtensionStart) {
		out[0] = 0x80;
		return 12;
	}
	out[0] = 0x90;
	std::size_t padded = end;
	while (padded % 4 != 0) out[padded++] = 0;
	Put16(out + 12, kOneByteExtensions);
	Put16(out + 14, static_cast<std::uint32_t>((padded - kExtensionStart) / 4));
	return padded;
}

std::size_t RtpHeaderWriter::WriteExtensions(std::uint8_t* out, double capture_time, const HeaderFields& fields) const {
	std::size_t at = kExtensionStart;
	if (ids_.transport_sequence != 0) {
		out[at] = static_cast<std::uint8_t>(ids_.transport_sequence << 4 | 1);
		Put16(out + at + 1, fields.transport_sequence);
		at += 3;
	}
	if (!fields.first) return at;
	if (ids_.playout_delay != 0) {
		out[at] = static_cast<std::uint8_t>(ids_.playout_delay << 4 | 2);
		std::memset(out + at + 1, 0, 3);
		at += 4;
	}
	if (ids_.capture_time != 0) {
		const NtpTime capture = ToNtpTime(capture_time);
		out[at] = static_cast<std::uint8_t>(ids_.capture_time << 4 | 15);
		Put32(out + at + 1, capture.seconds);
		Put32(out + at + 5, capture.fraction);
		std::memset(out + at + 9, 0, 8);
		at += 17;
	}
	if (ids_.mid != 0 && !receiver_knows_stream_ && !mid_.empty()) {
		out[at] = static_cast<std::uint8_t>(ids_.mid << 4 | (mid_.size() - 1));
		std::memcpy(out + at + 1, mid_.data(), mid_.size());
		at += 1 + mid_.size();
	}
	return at;
}

std::size_t PacketWriter::Send(const RtpStream& stream, std::uint64_t index, const UnitPacket& packet,
	std::uint32_t timestamp, double now) {
	Begin(stream, index, packet, timestamp);
	return Finish(packet.payload(), index, now);
}

std::size_t PacketWriter::SendRtx(const RtpStream& stream, std::uint64_t index,
	const RetransmissionBuffer::Entry& entry, double now) {
	std::uint8_t* body = Begin(stream, index, entry.packet, entry.timestamp);
	const Bytes payload = entry.packet.payload();
	Put16(body, entry.sequence);
	std::memcpy(body + 2, payload.data(), payload.size());
	return Finish({body, payload.size() + 2}, index, now);
}

std::uint8_t* PacketWriter::Begin(const RtpStream& stream, std::uint64_t index, const UnitPacket& packet,
	std::uint32_t timestamp) {
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

std::size_t PacketWriter::Finish(Bytes payload, std::uint64_t index, double now) {
	const std::size_t size = srtp_.Protect(packet_, header_size_, payload, index);
	if (route_ != nullptr) route_->Send(size);
	if (log_) log_->Sent(size, now);
	packets_++;
	bytes_ += size;
	return size;
}

}  // namespace porthole
