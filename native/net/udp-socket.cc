#include "net/udp-socket.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "native-error.h"

namespace porthole {

namespace {

/// Asked of the system, which may give less: a keyframe for all viewers goes out in one turn. Bytes.
constexpr int kBufferSize = 4 * 1024 * 1024;

const char* CodeOf(int error) {
	switch (error) {
		case EADDRINUSE:
			return "EADDRINUSE";
		case EADDRNOTAVAIL:
			return "EADDRNOTAVAIL";
		case EACCES:
			return "EACCES";
		case EMFILE:
			return "EMFILE";
		default:
			return "socket-failed";
	}
}

}  // namespace

UdpSocket::UdpSocket(const std::string& address, std::uint16_t port) {
	const std::optional<SocketAddress> local = SocketAddress::From(address, port);
	if (!local) throw NativeError("invalid-argument", "\"" + address + "\" is not a numeric IP address.");
	descriptor_ = socket(local->any.sa_family, SOCK_DGRAM, 0);
	try {
		Bind(*local);
	} catch (const std::exception&) {
		const int error = errno;
		if (descriptor_ >= 0) close(descriptor_);
		throw NativeError(CodeOf(error),
			"Could not open UDP port " + std::to_string(port) + " at " + address + ": " +
				std::system_category().message(error) + ".");
	}
}

UdpSocket::~UdpSocket() { close(descriptor_); }

void UdpSocket::Bind(const SocketAddress& local) {
	const auto expect = [](int result) {
		if (result < 0) throw std::exception();
	};
	expect(descriptor_);
	expect(fcntl(descriptor_, F_SETFD, FD_CLOEXEC));
	expect(fcntl(descriptor_, F_SETFL, O_NONBLOCK));
	const int only = 1;
	if (local.any.sa_family == AF_INET6) {
		expect(setsockopt(descriptor_, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only));
	}
	setsockopt(descriptor_, SOL_SOCKET, SO_SNDBUF, &kBufferSize, sizeof kBufferSize);
	setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &kBufferSize, sizeof kBufferSize);
	expect(bind(descriptor_, &local.any, local.size()));
	SocketAddress bound{};
	socklen_t size = sizeof bound;
	expect(getsockname(descriptor_, &bound.any, &size));
	port_ = bound.port();
}

void UdpSocket::Send(std::span<const std::uint8_t> packet, const SocketAddress& to) const {
	[[maybe_unused]] const ssize_t sent =
		sendto(descriptor_, packet.data(), packet.size(), MSG_DONTWAIT, &to.any, to.size());
}

}  // namespace porthole
