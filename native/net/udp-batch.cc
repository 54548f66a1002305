#include "net/udp-batch.h"

#include <cstring>

namespace porthole {

namespace {

/// Sent at the latest when so much has gathered: it should still be in the processor's cache. Bytes.
constexpr std::size_t kGather = 192 * 1024;

}  // namespace

std::uint8_t* UdpBatch::Room() {
	if (end_ > kGather && !blocked_) Flush();
	return end_ + kPacketRoom <= kCapacity ? memory_.data() + end_ : spare_;
}

void UdpBatch::Send(const SocketAddress& to, std::size_t size) {
	if (end_ + kPacketRoom > kCapacity) {
		dropped_++;
		return;
	}
	if (Extends(to, size)) {
		UdpRun& run = runs_.back();
		run.size += size;
		run.packets++;
	} else {
		runs_.push_back({to, memory_.data() + end_, size, size, 1});
	}
	end_ += size;
}

/// A shorter packet ends its run.
bool UdpBatch::Extends(const SocketAddress& to, std::size_t size) const {
	if (runs_.empty() || !transfer_.joins_packets()) return false;
	const UdpRun& run = runs_.back();
	return size <= run.segment && run.size == run.packets * run.segment && run.packets < UdpTransfer::kMaxRunPackets &&
		run.size + size <= UdpTransfer::kMaxRunSize && run.to == to;
}

void UdpBatch::Flush() {
	if (runs_.empty()) return;
	const std::size_t done = transfer_.Send(runs_);
	blocked_ = done < runs_.size();
	if (!blocked_) {
		runs_.clear();
		end_ = 0;
		return;
	}
	runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(done));
	const std::size_t sent = static_cast<std::size_t>(runs_.front().data - memory_.data());
	if (sent == 0) return;
	std::memmove(memory_.data(), memory_.data() + sent, end_ - sent);
	for (UdpRun& run : runs_) run.data -= sent;
	end_ -= sent;
}

}  // namespace porthole
