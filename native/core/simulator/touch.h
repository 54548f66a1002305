#pragma once

#include <cstddef>
#include <cstdint>

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

}  // namespace porthole
