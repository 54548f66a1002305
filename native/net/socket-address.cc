#include "net/socket-address.h"

#include <netdb.h>

#include <cstring>
#include <string_view>

namespace porthole {

std::optional<SocketAddress> SocketAddress::From(const std::string& address, std::uint16_t port) {
	addrinfo hints{};
	hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
	hints.ai_socktype = SOCK_DGRAM;
	addrinfo* found = nullptr;
	if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return std::nullopt;
	SocketAddress result{};
	const bool fits = found->ai_addrlen <= sizeof result;
	if (fits) std::memcpy(&result, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return fits ? std::optional(result) : std::nullopt;
}

std::string SocketAddress::text() const {
	char name[NI_MAXHOST] = "";
	getnameinfo(&any, size(), name, sizeof name, nullptr, 0, NI_NUMERICHOST);
	return name;
}

bool SocketAddress::operator==(const SocketAddress& other) const {
	if (any.sa_family != other.any.sa_family || port() != other.port()) return false;
	if (any.sa_family == AF_INET) return v4.sin_addr.s_addr == other.v4.sin_addr.s_addr;
	return v6.sin6_scope_id == other.v6.sin6_scope_id &&
		std::memcmp(&v6.sin6_addr, &other.v6.sin6_addr, sizeof v6.sin6_addr) == 0;
}

std::size_t SocketAddress::hash() const {
	const void* bytes = any.sa_family == AF_INET ? static_cast<const void*>(&v4.sin_addr) : &v6.sin6_addr;
	const std::size_t size = any.sa_family == AF_INET ? sizeof v4.sin_addr : sizeof v6.sin6_addr;
	return std::hash<std::string_view>()({static_cast<const char*>(bytes), size}) * 31 + port();
}

}  // namespace porthole
