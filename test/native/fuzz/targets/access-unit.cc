/// An access unit from an encoder or a publisher on its way to the wire: taken apart into NAL units, cut into RTP payloads,
/// sent. The payloads are put together again (RFC 6184) and compared with NAL units that were found byte by byte.
///
/// Input: an Annex B byte stream.

#include <algorithm>

#include "encode/h264.h"
#include "stage.h"

namespace {

using namespace porthole;
using namespace porthole::fuzz;
using Nal = std::vector<std::uint8_t>;

constexpr std::uint8_t kDelimiter = 9;
constexpr std::uint8_t kFiller = 12;
/// What is above is no NAL unit of H.264, but a payload's form.
constexpr std::uint8_t kHighestType = 23;
constexpr std::uint8_t kStapA = 24;
constexpr std::uint8_t kFuA = 28;

std::uint8_t TypeOf(Bytes nal) { return nal[0] & 0x1f; }

bool IsStartCode(Bytes data, std::size_t at) {
	return at + 3 <= data.size() && data[at] == 0 && data[at + 1] == 0 && data[at + 2] == 1;
}

std::vector<Nal> FindNals(Bytes data) {
	std::vector<Nal> nals;
	std::size_t at = 0;
	while (at < data.size() && !IsStartCode(data, at)) at++;
	while (at < data.size()) {
		Nal nal;
		for (at += 3; at < data.size() && !IsStartCode(data, at); at++) nal.push_back(data[at]);
		while (!nal.empty() && nal.back() == 0) nal.pop_back();
		if (!nal.empty() && TypeOf(nal) != kDelimiter && TypeOf(nal) != kFiller) nals.push_back(std::move(nal));
	}
	return nals;
}

std::vector<Nal> PutTogether(const RtpUnit& unit) {
	std::vector<Nal> nals;
	for (std::size_t index = 0; index < unit.count(); index++) {
		Bytes payload = unit.Payload(index);
		REQUIRE(!payload.empty() && payload.size() <= kMaxPayload);
		const std::uint8_t header = payload[0];
		if (TypeOf(payload) == kFuA) {
			REQUIRE(payload.size() > 2);
			const bool first = (payload[1] & 0x80) != 0;
			if (first) nals.push_back({static_cast<std::uint8_t>((header & 0xe0) | (payload[1] & 0x1f))});
			REQUIRE(!nals.empty());
			nals.back().insert(nals.back().end(), payload.begin() + 2, payload.end());
		} else if (TypeOf(payload) == kStapA) {
			for (payload = payload.subspan(1); !payload.empty();) {
				REQUIRE(payload.size() >= 2);
				const std::size_t size = Get16(payload.data());
				REQUIRE(size > 0 && size <= payload.size() - 2);
				nals.emplace_back(payload.begin() + 2, payload.begin() + 2 + static_cast<std::ptrdiff_t>(size));
				payload = payload.subspan(2 + size);
			}
		} else {
			nals.emplace_back(payload.begin(), payload.end());
		}
	}
	return nals;
}

void CheckFilter(const std::vector<Nal>& nals) {
	std::vector<std::uint8_t> access_unit;
	std::size_t expected = 0;
	for (Nal nal : nals) {
		const std::uint8_t type = TypeOf(nal);
		if (type == kNalSlice || type == kNalIdrSlice || type == kNalSps || type == kNalPps) expected += 4 + nal.size();
		nal.insert(nal.begin(), {0, 0, 1});
		AppendNal(access_unit, nal.data(), nal.size());
	}
	REQUIRE(access_unit.size() == expected);
}

void Send(const RtpUnitRef& unit) {
	static PoolEvents events;
	Sink sink;
	RtpSender sender(1, Parameters(), LocalKeys(SrtpProfile::kAes128Gcm), kOpenPace, kStart,
		std::make_shared<SenderCounters>(), events);
	sender.SetRoute(&sink);
	sender.Follow(1);
	sender.Frame(1, unit, kStart, 0);
	// With the first frame goes a report.
	REQUIRE(sink.packets() == (unit->count() == 0 ? 0 : unit->count() + 1));
	events.Take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
	const UnitTime time{.capture_time = kStart, .rtp_timestamp = 90, .keyframe = true};
	const auto unit = std::make_shared<const RtpUnit>(Bytes(data, size), time);
	const std::vector<Nal> nals = FindNals({data, size});
	if (std::ranges::all_of(nals, [](const Nal& nal) { return TypeOf(nal) <= kHighestType; })) {
		REQUIRE(PutTogether(*unit) == nals);
	}
	CheckFilter(nals);
	std::vector<std::uint8_t> whole;
	AppendNal(whole, data, size);
	REQUIRE(whole.size() <= size + 4);
	Send(unit);
	return 0;
}
