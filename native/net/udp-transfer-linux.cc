#include "net/udp-transfer.h"

#include <netinet/udp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

namespace porthole {

namespace {

/// Most runs in one call.
constexpr std::size_t kMaxCalls = 64;

bool TakesNoMore(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

/// One message with the ancillary data that tells the system where to cut it.
struct Message {
	iovec part;
	alignas(cmsghdr) char control[CMSG_SPACE(sizeof(std::uint16_t))];

	void Fill(msghdr& header, const UdpRun& run) {
		part = {run.data, run.size};
		header = {};
		header.msg_name = const_cast<sockaddr*>(&run.to.any);
		header.msg_namelen = run.to.size();
		header.msg_iov = &part;
		header.msg_iovlen = 1;
		if (run.packets == 1) return;
		header.msg_control = control;
		header.msg_controllen = sizeof control;
		cmsghdr* cut = CMSG_FIRSTHDR(&header);
		cut->cmsg_level = SOL_UDP;
		cut->cmsg_type = UDP_SEGMENT;
		cut->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
		const std::uint16_t segment = static_cast<std::uint16_t>(run.segment);
		std::memcpy(CMSG_DATA(cut), &segment, sizeof segment);
	}
};

}  // namespace

/// Linux 4.18 and newer cut runs themselves (generic segmentation offload).
UdpTransfer::UdpTransfer(int descriptor) : descriptor_(descriptor) {
	int segment = 0;
	socklen_t size = sizeof segment;
	joins_packets_ = getsockopt(descriptor, SOL_UDP, UDP_SEGMENT, &segment, &size) == 0;
}

std::size_t UdpTransfer::Send(std::span<const UdpRun> runs) {
	std::array<Message, kMaxCalls> messages{};
	std::array<mmsghdr, kMaxCalls> headers{};
	std::size_t done = 0;
	while (done < runs.size()) {
		const UdpRun& next = runs[done];
		if (sent_of_first_ > 0 || (next.packets > 1 && !joins_packets_)) {
			sent_of_first_ = SendSingly(next, sent_of_first_);
			if (sent_of_first_ < next.packets) return done;
			sent_of_first_ = 0;
			done++;
			continue;
		}
		std::size_t count = 0;
		while (count < kMaxCalls && done + count < runs.size()) {
			const UdpRun& run = runs[done + count];
			if (run.packets > 1 && !joins_packets_) break;
			messages[count].Fill(headers[count].msg_hdr, run);
			count++;
		}
		const int sent = sendmmsg(descriptor_, headers.data(), static_cast<unsigned>(count), 0);
		if (sent > 0) {
			done += static_cast<std::size_t>(sent);
			continue;
		}
		if (errno == EINTR) continue;
		if (TakesNoMore(errno)) return done;
		// Refused: a device that cannot cut says EIO; EINVAL is a path with a smaller limit. Then each by itself.
		if (next.packets > 1) {
			if (errno == EIO) joins_packets_ = false;
			sent_of_first_ = SendSingly(next, 0);
			if (sent_of_first_ < next.packets) return done;
			sent_of_first_ = 0;
		}
		done++;
	}
	return done;
}

std::size_t UdpTransfer::SendSingly(const UdpRun& run, std::size_t skip) const {
	for (std::size_t packet = skip; packet < run.packets; packet++) {
		const std::size_t start = packet * run.segment;
		const std::size_t size = std::min(run.segment, run.size - start);
		if (sendto(descriptor_, run.data + start, size, 0, &run.to.any, run.to.size()) >= 0) continue;
		if (TakesNoMore(errno)) return packet;
	}
	return run.packets;
}

bool UdpTransfer::Receive(const std::function<void(std::span<const std::uint8_t>, const SocketAddress&)>& packet) {
	std::array<mmsghdr, kBatch> headers{};
	std::array<iovec, kBatch> parts{};
	std::array<SocketAddress, kBatch> from{};
	for (std::size_t i = 0; i < kBatch; i++) {
		parts[i] = {memory_.data() + i * kMaxPacket, kMaxPacket};
		headers[i].msg_hdr.msg_name = &from[i];
		headers[i].msg_hdr.msg_namelen = sizeof from[i];
		headers[i].msg_hdr.msg_iov = &parts[i];
		headers[i].msg_hdr.msg_iovlen = 1;
	}
	const int count = recvmmsg(descriptor_, headers.data(), kBatch, MSG_DONTWAIT, nullptr);
	// An error that an earlier packet met (an unreachable viewer) is told once here; what waits is read next time.
	if (count < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
	for (int i = 0; i < count; i++) {
		if ((headers[i].msg_hdr.msg_flags & MSG_TRUNC) != 0) continue;
		packet({static_cast<std::uint8_t*>(parts[i].iov_base), headers[i].msg_len}, from[i]);
	}
	return static_cast<std::size_t>(count) == kBatch;
}

}  // namespace porthole
