#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>

#include "net/packet-route.h"
#include "rtp/byte-order.h"
#include "rtp/rtp-sender.h"

/// What must hold whatever the input is; where it does not, the input is a finding.
#define REQUIRE(condition)                                                           \
	do {                                                                             \
		if (condition) break;                                                        \
		std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
		std::abort();                                                                \
	} while (false)

namespace porthole::fuzz {

constexpr std::uint32_t kSsrc = 0x11223344;
constexpr std::uint32_t kRtxSsrc = 0x55667788;
constexpr double kStart = 1'000'000;

/// Everything in an RTP packet but what the path needs below it.
constexpr std::size_t kLongestPacket = 1200;

/// Keys that the seeds know too; `byte` fills the key, the one after it the salt.
inline MasterKeys Keys(SrtpProfile profile, std::uint8_t byte) {
	MasterKeys keys{.profile = profile, .key = {}, .salt = {}};
	keys.key.fill(byte);
	keys.salt.fill(static_cast<std::uint8_t>(byte + 1));
	return keys;
}

inline MasterKeys LocalKeys(SrtpProfile profile) { return Keys(profile, 1); }
inline MasterKeys RemoteKeys(SrtpProfile profile) { return Keys(profile, 3); }

struct Terms {
	bool retransmission = true;
	bool transport_sequence = true;
};

inline RtpParameters Parameters(Terms terms = {}) {
	RtpParameters parameters{
		.payload_type = 102,
		.ssrc = kSsrc,
		.first_sequence = 0x7ff0,
		.retransmission = std::nullopt,
		.extensions = {.mid = 1, .transport_sequence = 2, .playout_delay = 3, .capture_time = 4},
		.mid = "0",
		.cname = "porthole",
		.clock_origin = 4000,
	};
	if (terms.retransmission) parameters.retransmission = {.payload_type = 103, .ssrc = kRtxSsrc, .first_sequence = 9};
	if (!terms.transport_sequence) parameters.extensions.transport_sequence = 0;
	return parameters;
}

/// Everything may leave at once.
constexpr Pace kOpenPace{.rate = 1e9, .burst = 1e9, .longest_wait = 1000};

/// Takes packets and looks at their size alone.
class Sink : public PacketRoute {
public:
	std::uint8_t* Room() override { return memory_; }
	void Send(std::size_t size) override {
		REQUIRE(size >= 12 && size <= kLongestPacket);
		packets_++;
	}
	std::size_t QueuedBytes() const override { return 0; }

	std::uint64_t packets() const { return packets_; }

private:
	std::uint64_t packets_ = 0;
	std::uint8_t memory_[kPacketRoom]{};
};

/// An access unit of one slice.
inline RtpUnitRef UnitOf(std::size_t size, bool keyframe, double time) {
	std::vector<std::uint8_t> data(5 + size, 0xa5);
	Put32(data.data(), 1);
	data[4] = keyframe ? 0x65 : 0x41;
	const UnitTime times{.capture_time = time,
		.rtp_timestamp = static_cast<std::uint32_t>(time * 90),
		.keyframe = keyframe};
	return std::make_shared<const RtpUnit>(data, times);
}

/// Reads an input from its beginning; past its end there are zeros.
class Input {
public:
	Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

	bool empty() const { return rest_.empty(); }

	std::uint8_t Byte() {
		if (rest_.empty()) return 0;
		const std::uint8_t byte = rest_.front();
		rest_ = rest_.subspan(1);
		return byte;
	}

	std::uint32_t Word() {
		const std::uint32_t high = Byte();
		return high << 8 | Byte();
	}

	/// So many bytes, or those that are left.
	Bytes Take(std::size_t size) {
		const Bytes taken = rest_.first(std::min(size, rest_.size()));
		rest_ = rest_.subspan(taken.size());
		return taken;
	}

private:
	Bytes rest_;
};

}  // namespace porthole::fuzz
