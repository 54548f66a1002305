#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

#include "source-sink.h"

namespace porthole {

/// Access units between a source's thread and JavaScript. When full the newest is dropped, so what waits stays
/// decodable, and everything after it until the reader has caught up: only a keyframe can follow a gap.
class AccessUnitQueue {
public:
	explicit AccessUnitQueue(std::size_t capacity) : capacity_(capacity) {}

	/// False when the unit was dropped.
	bool Push(AccessUnit unit);

	std::optional<AccessUnit> Pop();

	/// Whether a unit was dropped and the reader has not caught up since.
	bool Overflowed() const;

	/// Called by the reader once the queue is empty: true when units were dropped, so that a keyframe must come next.
	bool Recover();

	void Clear();

private:
	const std::size_t capacity_;
	mutable std::mutex mutex_;
	std::deque<AccessUnit> units_;
	bool overflowed_ = false;
};

}  // namespace porthole
