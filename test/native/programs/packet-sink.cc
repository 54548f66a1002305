/// Takes RTP packets on many UDP ports of 127.0.0.1, as that many viewers would, and notes when the last one of each
/// frame came. Arguments: how many ports. Prints "ports FIRST LAST"; at the end of its input one line a frame,
/// "RTP-TIMESTAMP PACKETS TIME" with the time in milliseconds since the epoch. For the bench of the senders.

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <vector>

namespace {

constexpr int kBuffer = 1024 * 1024;
constexpr int kBatch = 64;

struct Frame {
	std::uint64_t packets = 0;
	double last = 0;
};

std::map<std::uint32_t, Frame> frames;

int OpenPort(int port) {
	const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	const int on = 1;
	setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &kBuffer, sizeof kBuffer);
	setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
	sockaddr_in address{};
	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons(static_cast<std::uint16_t>(port));
	if (bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return descriptor;
	close(descriptor);
	return -1;
}

void Note(const std::uint8_t* packet, const msghdr& header) {
	if (packet[0] >> 6 != 2 || (packet[1] >= 192 && packet[1] <= 223)) return;
	std::uint32_t timestamp;
	std::memcpy(&timestamp, packet + 4, sizeof timestamp);
	Frame& frame = frames[ntohl(timestamp)];
	frame.packets++;
	const cmsghdr* control = CMSG_FIRSTHDR(&header);
	if (control == nullptr || control->cmsg_type != SCM_TIMESTAMPNS) return;
	timespec time{};
	std::memcpy(&time, CMSG_DATA(control), sizeof time);
	const double ms = static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_nsec) / 1e6;
	frame.last = std::max(frame.last, ms);
}

void Read(int descriptor) {
	static std::uint8_t packets[kBatch][64];
	static char controls[kBatch][128];
	std::array<mmsghdr, kBatch> headers{};
	std::array<iovec, kBatch> parts{};
	for (int i = 0; i < kBatch; i++) {
		parts[i] = {packets[i], sizeof packets[i]};
		headers[i].msg_hdr.msg_iov = &parts[i];
		headers[i].msg_hdr.msg_iovlen = 1;
		headers[i].msg_hdr.msg_control = controls[i];
		headers[i].msg_hdr.msg_controllen = sizeof controls[i];
	}
	const int count = recvmmsg(descriptor, headers.data(), kBatch, 0, nullptr);
	for (int i = 0; i < count; i++) Note(packets[i], headers[i].msg_hdr);
}

}  // namespace

int main(int, char** arguments) {
	const int count = std::atoi(arguments[1]);
	std::vector<int> descriptors;
	int first = 20'000;
	while (static_cast<int>(descriptors.size()) < count && first + count < 65'000) {
		const int descriptor = OpenPort(first + static_cast<int>(descriptors.size()));
		if (descriptor >= 0) {
			descriptors.push_back(descriptor);
			continue;
		}
		first += static_cast<int>(descriptors.size()) + 1;
		for (const int open : descriptors) close(open);
		descriptors.clear();
	}
	const int events = epoll_create1(0);
	epoll_event event{};
	event.events = EPOLLIN;
	for (const int descriptor : descriptors) {
		event.data.fd = descriptor;
		epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event);
	}
	event.data.fd = 0;
	epoll_ctl(events, EPOLL_CTL_ADD, 0, &event);
	std::printf("ports %d %d\n", first, first + count - 1);
	std::fflush(stdout);
	while (true) {
		std::array<epoll_event, 256> ready{};
		const int number = epoll_wait(events, ready.data(), ready.size(), -1);
		for (int i = 0; i < number; i++) {
			if (ready[i].data.fd != 0) {
				Read(ready[i].data.fd);
				continue;
			}
			for (const auto& [timestamp, frame] : frames) {
				std::printf("%u %llu %.3f\n", timestamp, static_cast<unsigned long long>(frame.packets), frame.last);
			}
			return 0;
		}
	}
}
