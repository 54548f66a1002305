#include "rtp-header.h"

#include <cstring>

#include "byte-order.h"
#include "media-clock.h"

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

std::size_t RtpHeaderWriter::WriteExtensions(
	std::uint8_t* out, double capture_time, const HeaderFields& fields) const {
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

}  // namespace porthole
