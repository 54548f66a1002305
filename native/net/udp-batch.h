#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "net/packet-route.h"
#include "net/udp-socket.h"
#include "net/udp-transfer.h"

namespace porthole {

/// Packets on their way out of one socket, sent with few system calls. What the system does not take waits, up to
/// `kCapacity` bytes; then the newest are dropped.
class UdpBatch {
public:
	static constexpr std::size_t kCapacity = 1024 * 1024;

	explicit UdpBatch(const UdpSocket& socket) : transfer_(socket.descriptor()), memory_(kCapacity) {}

	/// Memory for one packet.
	std::uint8_t* Room();

	/// The packet in `Room` goes to `to`.
	void Send(const SocketAddress& to, std::size_t size);

	/// Gives the system what it takes now.
	void Flush();

	UdpTransfer& transfer() { return transfer_; }

	/// What waits for the system, bytes; not what merely waits for the next `Flush`.
	std::size_t blocked_bytes() const { return blocked_ ? end_ : 0; }
	/// Half full: time to make no more packets.
	bool full() const { return blocked_bytes() > kCapacity / 2; }
	std::uint64_t dropped() const { return dropped_; }

private:
	bool Extends(const SocketAddress& to, std::size_t size) const;

	UdpTransfer transfer_;
	std::vector<std::uint8_t> memory_;
	std::vector<UdpRun> runs_;
	/// Where the next packet goes in `memory_`.
	std::size_t end_ = 0;
	bool blocked_ = false;
	std::uint64_t dropped_ = 0;
	std::uint8_t spare_[kPacketRoom]{};
};

/// The way over a batch to one address.
class UdpRoute : public PacketRoute {
public:
	/// `sharers`: how many routes the batch has.
	UdpRoute(UdpBatch& batch, const SocketAddress& to, const std::size_t& sharers)
		: batch_(batch), to_(to), sharers_(sharers) {}

	std::uint8_t* Room() override { return batch_.Room(); }
	void Send(std::size_t size) override { batch_.Send(to_, size); }
	std::size_t QueuedBytes() const override { return batch_.blocked_bytes() / std::max<std::size_t>(1, sharers_); }
	bool Full() const override { return batch_.full(); }

private:
	UdpBatch& batch_;
	const SocketAddress to_;
	const std::size_t& sharers_;
};

}  // namespace porthole
