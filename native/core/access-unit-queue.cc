#include "access-unit-queue.h"

#include <utility>

namespace porthole {

bool AccessUnitQueue::Push(AccessUnit unit) {
	const std::lock_guard lock(mutex_);
	if (overflowed_ || units_.size() >= capacity_) {
		overflowed_ = true;
		return false;
	}
	units_.push_back(std::move(unit));
	return true;
}

std::optional<AccessUnit> AccessUnitQueue::Pop() {
	const std::lock_guard lock(mutex_);
	if (units_.empty()) return std::nullopt;
	AccessUnit unit = std::move(units_.front());
	units_.pop_front();
	return unit;
}

bool AccessUnitQueue::Overflowed() const {
	const std::lock_guard lock(mutex_);
	return overflowed_;
}

bool AccessUnitQueue::Recover() {
	const std::lock_guard lock(mutex_);
	return std::exchange(overflowed_, false);
}

void AccessUnitQueue::Clear() {
	const std::lock_guard lock(mutex_);
	units_.clear();
}

}  // namespace porthole
