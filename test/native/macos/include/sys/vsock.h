#pragma once

// Declarations of macOS' sys/vsock.h for compiling where Apple's SDK is not: what this project uses, written by hand from
// vsock(4) of macOS. On a Mac the SDK's own header takes their place.

#include <stdint.h>
#include <sys/socket.h>

#define VMADDR_CID_ANY ((uint32_t)(-1U))
#define VMADDR_PORT_ANY ((uint32_t)(-1U))

struct sockaddr_vm {
	__uint8_t svm_len;
	sa_family_t svm_family;
	__uint16_t svm_reserved1;
	__uint32_t svm_port;
	__uint32_t svm_cid;
};
