#pragma once

#include <sys/socket.h>

#if defined(__linux__)
#include <linux/vm_sockets.h>
#elif defined(__APPLE__)
#include <sys/vsock.h>
#endif

#include <cstdint>

namespace porthole {

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

}  // namespace porthole
