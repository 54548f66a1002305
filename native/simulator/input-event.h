#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "native-error.h"

namespace porthole {

enum class TouchPhase { kDown, kMove, kUp };

/// Where a touch began, as far as the system's own gestures care.
enum class TouchEdge { kNone, kLeft, kTop, kRight, kBottom };

/// 0..1 of the upright screen, from its left and top.
struct TouchPlace {
	double x = 0;
	double y = 0;
};

/// One finger, or two.
struct Touch {
	TouchPhase phase = TouchPhase::kDown;
	TouchPlace places[2];
	std::size_t fingers = 1;
	TouchEdge edge = TouchEdge::kNone;
};

/// Down or up of a key (usage of HID page 7).
struct KeyEvent {
	std::uint32_t usage = 0;
	bool down = false;
};

/// Down or up of a button, by HID usage page and usage.
struct ButtonEvent {
	std::uint32_t page = 0;
	std::uint32_t usage = 0;
	bool down = false;
};

constexpr std::uint32_t kKeyboardPage = 0x07;
constexpr std::uint32_t kConsumerPage = 0x0C;
constexpr std::uint32_t kHomeUsage = 0x40;
constexpr std::uint32_t kSiriUsage = 0xCF;

/// Refuses what ends the simulator's input daemon (backboardd): the button of Siri.
inline void RefuseHarmfulButton(std::uint32_t page, std::uint32_t usage) {
	if (page == kConsumerPage && usage == kSiriUsage) {
		throw NativeError("button-refused", "The button of Siri was not pressed: it ends the simulator's input.");
	}
}

using SimulatorEvent = std::variant<Touch, KeyEvent, ButtonEvent>;

/// What was given while the way into the simulator was not open yet. Times are milliseconds of a steady clock.
class InputBacklog {
public:
	static constexpr std::size_t kMaxEvents = 256;
	/// What is older would surprise whoever did it.
	static constexpr double kFreshMs = 1000;

	/// Too many events drop all that wait: without their beginning the rest means something else.
	void Push(SimulatorEvent event, double now) {
		if (events_.size() >= kMaxEvents) events_.clear();
		if (events_.empty()) oldest_ = now;
		events_.push_back(event);
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

/// Edge as dtuhidd numbers it: none 0, top 1, left 2, bottom 3, right 4.
inline std::uint64_t DtuhidEdge(TouchEdge edge) {
	switch (edge) {
		case TouchEdge::kNone:
			return 0;
		case TouchEdge::kTop:
			return 1;
		case TouchEdge::kLeft:
			return 2;
		case TouchEdge::kBottom:
			return 3;
		case TouchEdge::kRight:
			return 4;
	}
	return 0;
}

/// Turns phases into dtuhidd's event types, of which a contact must begin with a start: 0 start, 1 position, 2 end.
class DigitizerContact {
public:
	/// Nothing where the guest would have nothing to end.
	std::optional<std::uint64_t> Next(TouchPhase phase) {
		if (phase != TouchPhase::kUp) return std::exchange(active_, true) ? 1 : 0;
		if (!std::exchange(active_, false)) return std::nullopt;
		return 2;
	}

private:
	bool active_ = false;
};

}  // namespace porthole
