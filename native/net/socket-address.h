#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace porthole {

/// An IPv4 or IPv6 address with a port.
union SocketAddress {
	sockaddr any;
	sockaddr_in v4;
	sockaddr_in6 v6;

	/// From a numeric address (IPv6 perhaps with its zone, as in `fe80::1%eth0`); nothing when it is none.
	static std::optional<SocketAddress> From(const std::string& address, std::uint16_t port);

	socklen_t size() const { return any.sa_family == AF_INET6 ? sizeof v6 : sizeof v4; }
	std::uint16_t port() const { return ntohs(any.sa_family == AF_INET6 ? v6.sin6_port : v4.sin_port); }
	/// The address alone, as Node writes it.
	std::string text() const;

	bool operator==(const SocketAddress& other) const;
	std::size_t hash() const;
};

}  // namespace porthole

template <>
struct std::hash<porthole::SocketAddress> {
	std::size_t operator()(const porthole::SocketAddress& address) const { return address.hash(); }
};
