#pragma once

#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include "touch.h"

namespace porthole {

using SimulatorEvent = std::variant<Touch, KeyEvent, ButtonEvent>;

/// What was given while the way into the simulator was not open yet. Times are milliseconds of a steady clock.
class InputBacklog {
public:
	static constexpr std::size_t kMostEvents = 256;
	/// What is older would surprise whoever did it.
	static constexpr double kFreshMs = 1000;

	/// Too many events drop all that wait: without their beginning the rest means something else.
	void Push(SimulatorEvent event, double now) {
		if (events_.size() >= kMostEvents) events_.clear();
		if (events_.empty()) oldest_ = now;
		events_.push_back(std::move(event));
	}

	/// Everything in its order, or nothing when the first of it is too old.
	std::vector<SimulatorEvent> Take(double now) {
		std::vector<SimulatorEvent> taken = std::exchange(events_, {});
		if (now - oldest_ > kFreshMs) taken.clear();
		return taken;
	}

private:
	std::vector<SimulatorEvent> events_;
	double oldest_ = 0;
};

}  // namespace porthole
