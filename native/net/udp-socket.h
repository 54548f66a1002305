#pragma once

#include <cstdint>
#include <span>

#include "net/socket-address.h"

namespace porthole {

/// A bound UDP socket that never blocks. Closed with the object.
class UdpSocket {
public:
	/// Throws NativeError with the system's name for what is wrong as its code, such as `EADDRINUSE`. Port 0: any.
	UdpSocket(const std::string& address, std::uint16_t port);
	~UdpSocket();
	UdpSocket(const UdpSocket&) = delete;
	UdpSocket& operator=(const UdpSocket&) = delete;

	int descriptor() const { return descriptor_; }
	std::uint16_t port() const { return port_; }

	/// Any thread. What the system does not take at once is lost, as on any network.
	void Send(std::span<const std::uint8_t> packet, const SocketAddress& to) const;

private:
	void Bind(const SocketAddress& local);

	int descriptor_ = -1;
	std::uint16_t port_ = 0;
};

}  // namespace porthole
