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

	/// Bytes that the system has not taken yet.
	virtual std::size_t QueuedBytes() const = 0;
};

}  // namespace porthole
