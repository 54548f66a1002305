#include "net/udp-transfer.h"

#include <algorithm>
#include <cerrno>

namespace porthole {

UdpTransfer::UdpTransfer(int descriptor) : descriptor_(descriptor) {}

std::size_t UdpTransfer::Send(std::span<const UdpRun> runs) {
	for (std::size_t done = 0; done < runs.size(); done++) {
		sent_of_first_ = SendSingly(runs[done], sent_of_first_);
		if (sent_of_first_ < runs[done].packets) return done;
		sent_of_first_ = 0;
	}
	return runs.size();
}

std::size_t UdpTransfer::SendSingly(const UdpRun& run, std::size_t skip) const {
	for (std::size_t packet = skip; packet < run.packets; packet++) {
		const std::size_t start = packet * run.segment;
		const std::size_t size = std::min(run.segment, run.size - start);
		if (sendto(descriptor_, run.data + start, size, 0, &run.to.any, run.to.size()) >= 0) continue;
		if (errno == EAGAIN || errno == EWOULDBLOCK) return packet;
	}
	return run.packets;
}

bool UdpTransfer::Receive(const std::function<void(std::span<const std::uint8_t>, const SocketAddress&)>& packet) {
	for (std::size_t count = 0; count < kBatch; count++) {
		SocketAddress from{};
		socklen_t length = sizeof from;
		const ssize_t size = recvfrom(descriptor_, memory_.data(), kMaxPacket, 0, &from.any, &length);
		if (size < 0) return errno == EINTR;
		packet({memory_.data(), static_cast<std::size_t>(size)}, from);
	}
	return true;
}

}  // namespace porthole
