#include "rtp/rtcp.h"

#include <algorithm>
#include <cmath>

#include "rtp/byte-order.h"
#include "rtp/media-clock.h"

namespace porthole {

namespace {

using Part = std::span<const std::uint8_t>;

// RTCP packet types and formats (RFC 3550, 12.1; RFC 4585, 6; RFC 5104, 4.3.1; draft-holmer-rmcat-transport-wide-cc-
// extensions-01, 3.1; draft-alvestrand-rmcat-remb-03, 2.2).
constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kTransportFeedback = 205;
constexpr std::uint8_t kPayloadFeedback = 206;
constexpr std::uint8_t kGenericNack = 1;
constexpr std::uint8_t kTransportWide = 15;
constexpr std::uint8_t kPictureLoss = 1;
constexpr std::uint8_t kFullIntraRequest = 4;
constexpr std::uint8_t kApplicationLayer = 15;
constexpr std::uint32_t kRemb = 0x52454d42;

/// Most parts of a compound packet, and most entries of a NACK, that are looked at.
constexpr int kMaxParts = 32;
constexpr int kMaxNackEntries = 256;

void ReadReports(Part part, std::size_t start, int count, std::uint32_t ssrc, FeedbackEvents& events) {
	for (std::size_t at = start; count > 0 && at + 24 <= part.size(); count--, at += 24) {
		const std::uint8_t* block = part.data() + at;
		if (Get32(block) == ssrc) events.Report(block[4] / 256.0, Get32(block + 16), Get32(block + 20));
	}
}

void ReadNack(Part part, std::uint32_t ssrc, FeedbackEvents& events) {
	if (part.size() < 12 || Get32(part.data() + 8) != ssrc) return;
	std::size_t at = 12;
	for (int entry = 0; entry < kMaxNackEntries && at + 4 <= part.size(); entry++, at += 4) {
		std::uint32_t next = Get16(part.data() + at);
		events.OnNack(static_cast<std::uint16_t>(next));
		for (std::uint32_t mask = Get16(part.data() + at + 2); mask != 0; mask >>= 1) {
			next++;
			if ((mask & 1) != 0) events.OnNack(static_cast<std::uint16_t>(next));
		}
	}
}

void ReadLimit(Part part, std::uint32_t ssrc, FeedbackEvents& events) {
	if (part.size() < 20 || Get32(part.data() + 12) != kRemb) return;
	const double rate = std::ldexp(Get24(part.data() + 17) & 0x3ffff, part[17] >> 2);
	std::size_t at = 20;
	for (int left = part[16]; left > 0 && at + 4 <= part.size(); left--, at += 4) {
		if (Get32(part.data() + at) == ssrc) return events.Limit(std::min(rate, kMaxLimit));
	}
}

bool WantsKeyframe(Part part, int format, std::uint32_t ssrc) {
	if (format == kPictureLoss) return part.size() >= 12 && Get32(part.data() + 8) == ssrc;
	if (format != kFullIntraRequest) return false;
	for (std::size_t at = 12; at + 8 <= part.size(); at += 8) {
		if (Get32(part.data() + at) == ssrc) return true;
	}
	return false;
}

void ReadPart(Part part, int count, std::uint32_t ssrc, FeedbackEvents& events) {
	switch (part[1]) {
		case kSenderReport:
			return ReadReports(part, 28, count, ssrc, events);
		case kReceiverReport:
			return ReadReports(part, 8, count, ssrc, events);
		case kTransportFeedback:
			if (count == kGenericNack) ReadNack(part, ssrc, events);
			if (count == kTransportWide) events.Transport(part);
			return;
		case kPayloadFeedback:
			if (count == kApplicationLayer) return ReadLimit(part, ssrc, events);
			if (WantsKeyframe(part, count, ssrc)) events.KeyframeWanted();
			return;
		default:
			return;
	}
}

constexpr std::uint8_t kSourceDescription = 202;
constexpr std::uint8_t kCname = 1;

}  // namespace

void ReadFeedback(std::span<const std::uint8_t> packet, std::uint32_t ssrc, FeedbackEvents& events) {
	std::size_t at = 0;
	for (int part = 0; part < kMaxParts && at + 4 <= packet.size(); part++) {
		const std::size_t size = (std::size_t{Get16(packet.data() + at + 2)} + 1) * 4;
		if (at + size > packet.size() || packet[at] >> 6 != 2) return;
		ReadPart(packet.subspan(at, size), packet[at] & 0x1f, ssrc, events);
		at += size;
	}
}

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
	std::ranges::copy(state.cname, at + 38);
	return packet;
}

}  // namespace porthole
