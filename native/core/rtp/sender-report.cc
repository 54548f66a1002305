#include "sender-report.h"

#include <algorithm>

#include "byte-order.h"
#include "media-clock.h"

namespace porthole {

namespace {

constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kSourceDescription = 202;
constexpr std::uint8_t kCname = 1;

}  // namespace

std::vector<std::uint8_t> WriteSenderReport(const SenderState& state, double now) {
	const std::size_t item = 4 + 2 + state.cname.size();
	const std::size_t description = 4 + (item + 1 + 3) / 4 * 4;
	std::vector<std::uint8_t> packet(28 + description);
	std::uint8_t* at = packet.data();
	const NtpTime time = ToNtpTime(now);
	at[0] = 0x80;
	at[1] = kSenderReport;
	Put16(at + 2, 6);
	Put32(at + 4, state.ssrc);
	Put32(at + 8, time.seconds);
	Put32(at + 12, time.fraction);
	Put32(at + 16, RtpTimestamp(now, state.clock_origin));
	Put32(at + 20, state.packets);
	Put32(at + 24, state.payload_bytes);
	at[28] = 0x81;
	at[29] = kSourceDescription;
	Put16(at + 30, static_cast<std::uint32_t>(description / 4 - 1));
	Put32(at + 32, state.ssrc);
	at[36] = kCname;
	at[37] = static_cast<std::uint8_t>(state.cname.size());
	std::copy(state.cname.begin(), state.cname.end(), at + 38);
	return packet;
}

}  // namespace porthole
