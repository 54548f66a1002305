#pragma once

#include <array>
#include <mutex>
#include <optional>
#include <utility>

#include "encoder.h"
#include "rendition.h"

namespace porthole {

/// What is ordered of a source's renditions, until its thread takes it. All functions may be called from any thread.
class RenditionOrders {
public:
	struct Order {
		bool keyframe = false;
		bool rate_changed = false;
		std::optional<Rate> rate;
	};
	struct All {
		std::array<Order, kRenditionCount> of;
		bool change_expected = false;
	};

	void RequestKeyframe(Rendition rendition) {
		const std::lock_guard lock(mutex_);
		orders_.of[IndexOf(rendition)].keyframe = true;
	}

	/// Without a rate the rendition rests; with one again it begins with a keyframe.
	void SetRate(Rendition rendition, const std::optional<Rate>& rate) {
		const std::lock_guard lock(mutex_);
		Order& order = orders_.of[IndexOf(rendition)];
		order.rate_changed = true;
		order.rate = rate;
	}

	/// Input was injected: what it changes is due at once.
	void ExpectChange() {
		const std::lock_guard lock(mutex_);
		orders_.change_expected = true;
	}

	All Take() {
		const std::lock_guard lock(mutex_);
		return std::exchange(orders_, {});
	}

private:
	std::mutex mutex_;
	All orders_;
};

}  // namespace porthole
