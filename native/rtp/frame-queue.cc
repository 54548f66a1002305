#include "rtp/frame-queue.h"

#include <utility>

namespace porthole {

std::size_t FrameQueue::begun_bytes() const {
	if (sent_ == 0) return 0;
	const RtpUnit& unit = *frames_.front().unit;
	std::size_t bytes = 0;
	for (std::size_t packet = sent_; packet < unit.count(); packet++) bytes += unit.Payload(packet).size();
	return bytes;
}

bool FrameQueue::Add(const RtpUnitRef& unit, std::uint32_t timestamp) {
	if (frames_.size() == kMaxFrames || unit->count() == 0) return false;
	frames_.push_back({unit, timestamp});
	bytes_ += unit->bytes();
	return true;
}

std::optional<UnitPacket> FrameQueue::Take() {
	if (frames_.empty()) return std::nullopt;
	UnitPacket packet{frames_.front().unit, sent_};
	bytes_ -= packet.payload().size();
	sent_++;
	if (packet.last()) {
		frames_.pop_front();
		sent_ = 0;
	}
	return packet;
}

std::size_t FrameQueue::DropRest() {
	const std::size_t kept = sent_ > 0 ? 1 : 0;
	const std::size_t dropped = frames_.size() - kept;
	for (std::size_t i = kept; i < frames_.size(); i++) bytes_ -= frames_[i].unit->bytes();
	frames_.erase(frames_.begin() + static_cast<std::ptrdiff_t>(kept), frames_.end());
	return dropped;
}

}  // namespace porthole
