#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

#include "file-descriptor.h"

namespace porthole {

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
