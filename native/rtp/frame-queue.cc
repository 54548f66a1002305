#include "rtp/frame-queue.h"

#include <utility>

namespace porthole {

std::size_t PictureQueue::begun_bytes() const {
	if (sent_ == 0) return 0;
	const RtpUnit& unit = *pictures_.front().unit;
	std::size_t bytes = 0;
	for (std::size_t packet = sent_; packet < unit.count(); packet++) bytes += unit.Payload(packet).size();
	return bytes;
}

bool PictureQueue::Add(const RtpUnitRef& unit, std::uint32_t timestamp) {
	if (pictures_.size() == kMostPictures || unit->count() == 0) return false;
	pictures_.push_back({unit, timestamp});
	bytes_ += unit->bytes();
	return true;
}

std::optional<UnitPacket> PictureQueue::Take() {
	if (pictures_.empty()) return std::nullopt;
	UnitPacket packet{pictures_.front().unit, sent_};
	bytes_ -= packet.payload().size();
	sent_++;
	if (packet.last()) {
		pictures_.pop_front();
		sent_ = 0;
	}
	return packet;
}

std::size_t PictureQueue::DropRest() {
	const std::size_t kept = sent_ > 0 ? 1 : 0;
	const std::size_t dropped = pictures_.size() - kept;
	for (std::size_t i = kept; i < pictures_.size(); i++) bytes_ -= pictures_[i].unit->bytes();
	pictures_.erase(pictures_.begin() + static_cast<std::ptrdiff_t>(kept), pictures_.end());
	return dropped;
}

}  // namespace porthole
