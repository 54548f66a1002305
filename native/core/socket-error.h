#pragma once

#include <cerrno>
#include <cstring>
#include <string>

#include "native-error.h"

namespace porthole {

/// What went wrong with a socket; `doing` as in "connect to vsock CID 1, port 5000".
inline NativeError SocketError(const std::string& doing, int error = errno) {
	return {"socket-failed", "Could not " + doing + ": " + std::strerror(error) + "."};
}

}  // namespace porthole
