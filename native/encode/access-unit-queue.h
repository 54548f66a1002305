#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

#include "encode/source-sink.h"

namespace porthole {

/// Access units between a source's thread and JavaScript, so many of each rendition. When a rendition's share is full
/// its newest is dropped, so what waits stays decodable, and everything of it after that until the reader has caught up:
/// only a keyframe can follow a gap. The other rendition is not affected.
class AccessUnitQueue {
public:
	/// `capacity` units of each rendition.
	explicit AccessUnitQueue(std::size_t capacity) : capacity_(capacity) {}

	/// False when the unit was dropped.
	bool Push(AccessUnit unit);

	std::optional<AccessUnit> Pop();

	/// Whether a unit of the rendition was dropped and the reader has not caught up since.
	bool Overflowed(Rendition rendition) const;

	/// Called by the reader once the queue is empty: true when units of the rendition were dropped, so that a keyframe of
	/// it must come next.
	bool Recover(Rendition rendition);

	void Clear();

private:
	struct Share {
		std::size_t waiting = 0;
		bool overflowed = false;
	};

	const std::size_t capacity_;
	mutable std::mutex mutex_;
	std::deque<AccessUnit> units_;
	std::array<Share, kRenditionCount> shares_;
};

}  // namespace porthole
