#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rtp/path-delay.h"
#include "rtp/probe-result.h"

namespace porthole {

/// What one transport-wide feedback message tells; see `TransportReport` in `server/webrtc/rtp/sender-pool.ts`.
struct TransportReport {
	double time = 0;
	std::uint32_t received = 0;
	std::uint64_t received_bytes = 0;
	std::uint32_t lost = 0;
	std::optional<double> least_delay;
	std::optional<double> last_delay;
	double last_sent = 0;
	std::optional<double> probed;
	std::uint64_t outstanding = 0;
};

/// The packets last sent to one viewer by transport-wide sequence number: when, how long, what became of them.
class SentLog {
public:
	/// Packets remembered: 2 s at 20 Mbit/s. A power of two that divides 2^16.
	static constexpr std::size_t kSize = 4096;

	/// Packets sent; the next gets this number, modulo 2^16.
	std::uint64_t count() const { return count_; }
	/// Bytes of packets that nothing was heard of.
	std::uint64_t outstanding() const { return outstanding_; }

	void Add(std::size_t size, double time);

	/// Which packet a sequence number means, counted from 0; nothing when it is too old or was never sent.
	std::optional<std::uint64_t> Find(std::uint16_t sequence) const;

	/// `index`: as `Find` gave it.
	double time(std::uint64_t index) const { return packets_[index % kSize].time; }
	std::size_t size(std::uint64_t index) const { return packets_[index % kSize].size; }

	/// Notes that a packet arrived; whether that is new.
	bool Received(std::uint64_t index) { return Settle(index, State::kReceived); }

	/// Notes that a packet did not arrive (yet); whether that is new.
	bool Lost(std::uint64_t index) {
		return packets_[index % kSize].state == State::kPending && Settle(index, State::kLost);
	}

	/// Gives up on what is still pending before a packet.
	void SettleBefore(std::uint64_t index);

private:
	/// `kPassed`: no feedback about it will come; it was about later ones already.
	enum class State : std::uint8_t { kPending, kLost, kReceived, kPassed };

	struct Packet {
		double time = 0;
		std::uint16_t size = 0;
		State state = State::kPassed;
	};

	bool Settle(std::uint64_t index, State state);

	std::vector<Packet> packets_ = std::vector<Packet>(kSize);
	std::uint64_t count_ = 0;
	/// Nothing before it is pending.
	std::uint64_t settled_ = 0;
	std::uint64_t outstanding_ = 0;
};

/// Remembers what was sent to one viewer and tells from its transport-wide feedback how it fared.
class TransportLog {
public:
	/// Notes a packet, which has the next transport-wide number.
	void Sent(std::size_t size, double time);

	/// The next packet is the first of a probe of `rate` bits per second.
	void BeginProbe(double rate) { probe_.emplace(rate, sent_.count()); }

	/// The packet before was the last of the probe.
	void EndProbe();

	/// What a message that came at `now` tells; nothing when it is broken or tells nothing new.
	std::optional<TransportReport> Receive(std::span<const std::uint8_t> message, double now);

private:
	std::optional<double> FinishedProbe(std::uint64_t highest);

	SentLog sent_;
	PathDelay delay_;
	std::optional<ProbeResult> probe_;
};

}  // namespace porthole
