#pragma once

#include <sys/socket.h>

#if defined(__linux__)
#include <linux/vm_sockets.h>
#elif __has_include(<sys/vsock.h>)
#include <sys/vsock.h>
#else
#include <cstdint>

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
