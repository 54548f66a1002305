#include "rtp/rtp-unit.h"

#include <algorithm>
#include <cstring>

#include "encode/h264.h"

namespace porthole {

namespace {

using Nal = std::span<const std::uint8_t>;

constexpr std::uint8_t kStapA = 24;
constexpr std::uint8_t kFuA = 28;
constexpr std::uint8_t kNalDelimiter = 9;
constexpr std::uint8_t kNalFiller = 12;
constexpr std::size_t kMaxInFragment = kMaxPayload - 2;

std::uint8_t TypeOf(Nal nal) { return nal[0] & 0x1f; }

/// Index just after the next `00 00 01` at or after `from`; one past the size when there is none.
std::size_t AfterStartCode(Nal data, std::size_t from) {
	for (std::size_t at = from + 2; at < data.size(); at++) {
		const void* found = std::memchr(data.data() + at, 1, data.size() - at);
		if (found == nullptr) break;
		at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - data.data());
		if (data[at - 1] == 0 && data[at - 2] == 0) return at + 1;
	}
	return data.size() + 1;
}

/// The NAL units of an Annex B byte stream without start codes and trailing zeros; no delimiters, no filler.
std::vector<Nal> SendableNals(Nal data) {
	std::vector<Nal> nals;
	std::size_t start = AfterStartCode(data, 0);
	while (start < data.size()) {
		const std::size_t next = AfterStartCode(data, start);
		std::size_t end = next == data.size() + 1 ? data.size() : next - 3;
		while (end > start && data[end - 1] == 0) end--;
		const Nal nal = data.subspan(start, end > start ? end - start : 0);
		if (!nal.empty() && TypeOf(nal) != kNalDelimiter && TypeOf(nal) != kNalFiller) nals.push_back(nal);
		start = next;
	}
	return nals;
}

/// How many units from the first on, all before the frame, fit one STAP-A; at least 1.
std::size_t Aggregatable(std::span<const Nal> nals) {
	std::size_t bytes = 1;
	std::size_t count = 0;
	for (const Nal nal : nals) {
		if (TypeOf(nal) <= kNalIdrSlice || TypeOf(nal) > 23) break;
		bytes += 2 + nal.size();
		if (bytes > kMaxPayload) break;
		count++;
	}
	return std::max<std::size_t>(count, 1);
}

}  // namespace

RtpUnit::RtpUnit(std::span<const std::uint8_t> data, UnitTime time) : time_(time) {
	const std::vector<Nal> nals = SendableNals(data);
	memory_.reserve(data.size() + 2 * (data.size() / kMaxInFragment + nals.size()));
	for (std::span<const Nal> rest = nals; !rest.empty();) {
		const std::size_t together = Aggregatable(rest);
		if (together > 1) {
			Aggregate(rest.first(together));
		} else if (rest[0].size() <= kMaxPayload) {
			Append(rest[0]);
			Finish();
		} else {
			Fragment(rest[0]);
		}
		rest = rest.subspan(together);
	}
}

/// RFC 6184, 5.7.1.
void RtpUnit::Aggregate(std::span<const Nal> nals) {
	std::uint8_t reference = 0;
	for (const Nal nal : nals) reference = std::max<std::uint8_t>(reference, nal[0] & 0x60);
	memory_.push_back(reference | kStapA);
	for (const Nal nal : nals) {
		memory_.push_back(static_cast<std::uint8_t>(nal.size() >> 8));
		memory_.push_back(static_cast<std::uint8_t>(nal.size()));
		Append(nal);
	}
	Finish();
}

/// RFC 6184, 5.8. As few fragments as can be, of like size so that the last is not tiny: packets of one size but for a
/// shorter last one leave in one call where the system can cut (UDP_SEGMENT).
void RtpUnit::Fragment(Nal nal) {
	const std::uint8_t header = nal[0];
	const std::size_t extra = count() == 0 ? kFirstHeaderExtra : 0;
	const std::size_t whole = nal.size() - 1 + extra;
	const std::size_t fragments = (whole + kMaxInFragment - 1) / kMaxInFragment;
	const std::size_t size = (whole + fragments - 1) / fragments;
	for (std::size_t from = 1, to; from < nal.size(); from = to) {
		to = std::min(nal.size(), from + size - (from == 1 ? extra : 0));
		memory_.push_back((header & 0xe0) | kFuA);
		memory_.push_back((from == 1 ? 0x80 : 0) | (to == nal.size() ? 0x40 : 0) | (header & 0x1f));
		Append(nal.subspan(from, to - from));
		Finish();
	}
}

}  // namespace porthole
