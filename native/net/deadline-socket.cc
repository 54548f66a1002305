#include "net/deadline-socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>

#include "clock.h"
#include "net/stream-socket.h"

namespace porthole {

namespace {

#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL;
#else
constexpr int kSendFlags = 0;
#endif

/// A raw frame of 720p fits, so that it leaves in one go.
constexpr int kSendBuffer = 2 << 20;
/// The monitor's answer to CONNECT is shorter.
constexpr std::size_t kLongestLine = 64;

}  // namespace

DeadlineSocket::DeadlineSocket(const StreamAddress& address) : address_(address) {
	switch (address.kind) {
		case StreamAddress::Kind::kUnix:
		case StreamAddress::Kind::kHybrid:
			OpenPath(address);
			break;
		case StreamAddress::Kind::kTcp:
			OpenTcp(address);
			break;
		case StreamAddress::Kind::kVsock:
			OpenVsockPort(address);
			break;
	}
	answered_ = address.kind != StreamAddress::Kind::kHybrid;
	setsockopt(descriptor_.get(), SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
}

void DeadlineSocket::OpenPath(const StreamAddress& address) {
	descriptor_ = FileDescriptor(socket(AF_UNIX, SOCK_STREAM, 0));
	if (!descriptor_) throw SocketError("open a socket for " + address.text);
	Prepare(descriptor_.get());
	sockaddr_un path{};
	path.sun_family = AF_UNIX;
	std::memcpy(path.sun_path, address.host.c_str(), address.host.size() + 1);
	connected_ = StartConnect(descriptor_.get(), reinterpret_cast<const sockaddr*>(&path), sizeof path, address.text);
}

void DeadlineSocket::OpenTcp(const StreamAddress& address) {
	addrinfo hints{};
	hints.ai_socktype = SOCK_STREAM;
	addrinfo* found = nullptr;
	const int result = getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
	if (result != 0) {
		throw NativeError("socket-failed", "Could not find " + address.text + ": " + gai_strerror(result) + ".");
	}
	const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> holder(found, freeaddrinfo);
	descriptor_ = FileDescriptor(socket(found->ai_family, SOCK_STREAM, 0));
	if (!descriptor_) throw SocketError("open a socket for " + address.text);
	Prepare(descriptor_.get());
	const int yes = 1;
	setsockopt(descriptor_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	connected_ = StartConnect(descriptor_.get(), found->ai_addr, found->ai_addrlen, address.text);
}

void DeadlineSocket::OpenVsockPort(const StreamAddress& address) {
	descriptor_ = OpenVsock();
	const sockaddr_vm vsock = VsockAddress(address.cid, address.port);
	connected_ = StartConnect(descriptor_.get(), reinterpret_cast<const sockaddr*>(&vsock), sizeof vsock, address.text);
}

bool DeadlineSocket::Connected(double deadline) {
	if (!connected_) {
		if (!Await(POLLOUT, deadline)) return false;
		if (const int error = ConnectError(descriptor_.get())) throw SocketError("connect to " + address_.text, error);
		connected_ = true;
	}
	if (!answered_) {
		// Not in the middle of the exchange: whoever only looks has time for it all the same.
		AskMonitor(std::max(deadline, MonotonicMs() + 100));
		answered_ = true;
	}
	return true;
}

/// `CONNECT port`, answered by `OK n`: hybrid vsock, see `server/devices/hxfr/transport/connect.ts`.
void DeadlineSocket::AskMonitor(double deadline) {
	const std::string question = "CONNECT " + std::to_string(address_.port) + "\n";
	Write({reinterpret_cast<const std::uint8_t*>(question.data()), question.size()}, {}, deadline);
	std::string answer;
	while (answer.size() < kLongestLine) {
		std::uint8_t byte = 0;
		Read({&byte, 1}, deadline);
		if (byte == '\n') break;
		answer.push_back(static_cast<char>(byte));
	}
	if (!answer.starts_with("OK ")) {
		throw NativeError("socket-failed", "Could not connect to " + address_.text + ": the monitor did not say OK.");
	}
}

void DeadlineSocket::Write(std::span<const std::uint8_t> head, std::span<const std::uint8_t> body, double deadline) {
	std::size_t written = 0;
	while (written < head.size() + body.size()) {
		const std::span<const std::uint8_t> left_head = head.subspan(std::min(written, head.size()));
		const std::span<const std::uint8_t> left_body = body.subspan(written - std::min(written, head.size()));
		iovec parts[] = {
			{const_cast<std::uint8_t*>(left_head.data()), left_head.size()},
			{const_cast<std::uint8_t*>(left_body.data()), left_body.size()},
		};
		msghdr message{};
		message.msg_iov = parts;
		message.msg_iovlen = 2;
		const ssize_t count = sendmsg(descriptor_.get(), &message, kSendFlags);
		if (count >= 0) {
			written += static_cast<std::size_t>(count);
			continue;
		}
		if (errno == EINTR) continue;
		if (errno != EAGAIN && errno != EWOULDBLOCK) throw SocketError("write to " + address_.text);
		if (!Await(POLLOUT, deadline)) throw NativeError("socket-late", address_.text + " takes nothing any more.");
	}
}

void DeadlineSocket::Read(std::span<std::uint8_t> bytes, double deadline) {
	std::size_t got = 0;
	while (got < bytes.size()) {
		const ssize_t count = recv(descriptor_.get(), bytes.data() + got, bytes.size() - got, 0);
		if (count > 0) {
			got += static_cast<std::size_t>(count);
			continue;
		}
		if (count == 0) throw NativeError("socket-failed", address_.text + " hung up.");
		if (errno == EINTR) continue;
		if (errno != EAGAIN && errno != EWOULDBLOCK) throw SocketError("read from " + address_.text);
		if (!Await(POLLIN, deadline)) throw NativeError("socket-late", address_.text + " did not answer in time.");
	}
}

bool DeadlineSocket::Await(short events, double deadline) {
	for (;;) {
		pollfd descriptor{descriptor_.get(), events, 0};
		const double left = std::max(0.0, deadline - MonotonicMs());
		const int count = poll(&descriptor, 1, static_cast<int>(std::ceil(left)));
		if (count > 0) return true;
		if (count == 0) return false;
		if (errno != EINTR) throw SocketError("wait for " + address_.text);
	}
}

}  // namespace porthole
