#pragma once

#include <cstddef>
#include <cstdint>

namespace porthole {

/// Room for the longest packet with its protection, bytes.
constexpr std::size_t kPacketRoom = 1500;

/// Where a sender's packets go.
class PacketRoute {
public:
	virtual ~PacketRoute() = default;

	/// Memory of `kPacketRoom` bytes for the next packet, until `Send`.
	virtual std::uint8_t* Room() = 0;

	/// Sends the first `size` bytes of what `Room` gave.
	virtual void Send(std::size_t size) = 0;

	/// Bytes that the system has not taken yet; of what waits for many viewers, one's share.
	virtual std::size_t QueuedBytes() const = 0;

	/// Whether packets that are not yet made should wait: what is sent now may be dropped.
	virtual bool Full() const { return false; }
};

}  // namespace porthole
