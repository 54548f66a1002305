#include "net/stream-socket.h"

#include <fcntl.h>

namespace porthole {

namespace {

constexpr int kBacklog = 16;

}  // namespace

std::string VsockName(std::uint32_t cid, std::uint32_t port) {
	const std::string machine = cid == VMADDR_CID_ANY ? "any CID" : "CID " + std::to_string(cid);
	return "vsock " + machine + ", port " + std::to_string(port);
}

void Prepare(int descriptor) {
	const int flags = fcntl(descriptor, F_GETFL);
	if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0) {
		throw SocketError("use the file descriptor " + std::to_string(descriptor));
	}
#ifdef SO_NOSIGPIPE
	const int yes = 1;
	setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
#endif
}

FileDescriptor OpenVsock() {
	FileDescriptor descriptor(socket(AF_VSOCK, SOCK_STREAM, 0));
	if (!descriptor) throw SocketError("open a vsock socket (is the kernel's module vsock loaded?)");
	Prepare(descriptor.get());
	return descriptor;
}

bool StartConnect(int descriptor, const sockaddr* address, socklen_t size, const std::string& name) {
	int result;
	do {
		result = connect(descriptor, address, size);
	} while (result < 0 && errno == EINTR);
	if (result == 0) return true;
	if (errno == EINPROGRESS) return false;
	throw SocketError("connect to " + name);
}

int ConnectError(int descriptor) {
	int error = 0;
	socklen_t size = sizeof error;
	return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

FileDescriptor ListenVsock(std::uint32_t cid, std::uint32_t port) {
	FileDescriptor listener = OpenVsock();
	const sockaddr_vm address = VsockAddress(cid, port);
	if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
		listen(listener.get(), kBacklog) < 0) {
		throw SocketError("listen on " + VsockName(cid, port));
	}
	return listener;
}

std::optional<FileDescriptor> Accept(int listener) {
	for (;;) {
		FileDescriptor descriptor(accept(listener, nullptr, nullptr));
		if (descriptor) {
			Prepare(descriptor.get());
			return descriptor;
		}
		if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
		// A connection that was given up before it was taken is nobody's error.
		if (errno != EINTR && errno != ECONNABORTED) throw SocketError("accept a connection");
	}
}

}  // namespace porthole
