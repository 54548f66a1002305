#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>

#include "native-error.h"
#include "net/file-descriptor.h"

#if defined(__linux__)
#include <linux/vm_sockets.h>
#elif __has_include(<sys/vsock.h>)
#include <sys/vsock.h>
#else

// Darwin's headers do not all come with its vsock.h; this is what is in it.
#ifndef AF_VSOCK
#define AF_VSOCK 40
#endif
#define VMADDR_CID_ANY static_cast<std::uint32_t>(-1)

struct sockaddr_vm {
	std::uint8_t svm_len;
	sa_family_t svm_family;
	std::uint16_t svm_reserved1;
	std::uint32_t svm_port;
	std::uint32_t svm_cid;
};
#endif

namespace porthole {

/// What went wrong with a socket; `doing` as in "connect to vsock CID 1, port 5000".
inline NativeError SocketError(const std::string& doing, int error = errno) {
	return {"socket-failed", "Could not " + doing + ": " + std::system_category().message(error) + "."};
}

/// An address of AF_VSOCK (vsock(7)).
inline sockaddr_vm VsockAddress(std::uint32_t cid, std::uint32_t port) {
	sockaddr_vm address{};
#if defined(__APPLE__)
	address.svm_len = sizeof address;
#endif
	address.svm_family = AF_VSOCK;
	address.svm_cid = cid;
	address.svm_port = port;
	return address;
}

// Sockets that never block and that no other program inherits. All throw NativeError `socket-failed`.

/// A socket of AF_VSOCK. `socket-failed` says so where this system has none.
FileDescriptor OpenVsock();

/// Makes a descriptor non-blocking and ours alone.
void Prepare(int descriptor);

/// Starts to connect; true when it is done already. Otherwise the socket gets writable once it is, see `ConnectError`.
bool StartConnect(int descriptor, const sockaddr* address, socklen_t size, const std::string& name);

/// How a connection attempt ended: 0, or the error's number.
int ConnectError(int descriptor);

/// Listens on a port of AF_VSOCK.
FileDescriptor ListenVsock(std::uint32_t cid, std::uint32_t port);

/// The next connection, if one waits.
std::optional<FileDescriptor> Accept(int listener);

/// "vsock CID 1, port 5000".
std::string VsockName(std::uint32_t cid, std::uint32_t port);

}  // namespace porthole
