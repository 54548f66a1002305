#include "encode/access-unit-queue.h"

#include <utility>

namespace porthole {

bool AccessUnitQueue::Push(AccessUnit unit) {
	const std::lock_guard lock(mutex_);
	Share& share = shares_[IndexOf(unit.rendition)];
	if (share.overflowed || share.waiting >= capacity_) {
		share.overflowed = true;
		return false;
	}
	share.waiting++;
	units_.push_back(std::move(unit));
	return true;
}

std::optional<AccessUnit> AccessUnitQueue::Pop() {
	const std::lock_guard lock(mutex_);
	if (units_.empty()) return std::nullopt;
	AccessUnit unit = std::move(units_.front());
	units_.pop_front();
	shares_[IndexOf(unit.rendition)].waiting--;
	return unit;
}

bool AccessUnitQueue::Overflowed(Rendition rendition) const {
	const std::lock_guard lock(mutex_);
	return shares_[IndexOf(rendition)].overflowed;
}

bool AccessUnitQueue::Recover(Rendition rendition) {
	const std::lock_guard lock(mutex_);
	return std::exchange(shares_[IndexOf(rendition)].overflowed, false);
}

void AccessUnitQueue::Clear() {
	const std::lock_guard lock(mutex_);
	units_.clear();
	for (Share& share : shares_) share.waiting = 0;
}

}  // namespace porthole
