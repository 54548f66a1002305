#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "net/socket-address.h"

namespace porthole {

/// Packets to one address that lie one after the other: all of `segment` bytes, the last perhaps shorter.
struct UdpRun {
	SocketAddress to;
	std::uint8_t* data;
	std::size_t size;
	std::size_t segment;
	std::size_t packets;
};

/// Sends and receives many packets with few system calls, in whatever way the system has.
class UdpTransfer {
public:
	/// Most packets in a run, and bytes.
	static constexpr std::size_t kMaxRunPackets = 64;
	static constexpr std::size_t kMaxRunSize = 65'000;
	/// Longest packet taken; viewers send checks, DTLS records and feedback, each within one packet of a network.
	static constexpr std::size_t kMaxPacket = 2048;

	explicit UdpTransfer(int descriptor);

	/// Whether a run of several packets is one call for the system.
	bool joins_packets() const { return joins_packets_; }

	/// Sends runs in order; answers how many are done with: sent, or refused and lost. Less than all: the system takes no
	/// more now.
	std::size_t Send(std::span<const UdpRun> runs);

	/// Takes at most `kBatch` packets that have come. Whether there may be more.
	bool Receive(const std::function<void(std::span<const std::uint8_t>, const SocketAddress&)>& packet);

private:
	static constexpr std::size_t kBatch = 32;
	/// Packets one by one; how many were sent or refused, less than all when the system takes no more now.
	std::size_t SendSingly(const UdpRun& run, std::size_t skip) const;

	const int descriptor_;
	bool joins_packets_ = false;
	/// Packets of the first run that have already gone out by themselves.
	std::size_t sent_of_first_ = 0;
	std::vector<std::uint8_t> memory_ = std::vector<std::uint8_t>(kBatch * kMaxPacket);
};

}  // namespace porthole
