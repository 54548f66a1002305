#pragma once

#include <X11/Xlib.h>

#include "client-window.h"

namespace porthole::check {

/// Tells of every input event that reaches the window, as one JSON line each on standard output:
///
///   {"event":"button","down":true,"button":1,"x":10,"y":20}      window coordinates
///   {"event":"motion","x":10,"y":20,"buttons":1}                 bit 0 left, 1 middle, 2 right
///   {"event":"key","down":true,"keycode":38,"keysym":"a"}
///   {"event":"text","text":"ä"}                                  what an input method makes of the keys
///
/// The window is filled with `kRestColour` and changes between it and `kPressColour` with every button press.
class EventEcho {
public:
	static constexpr unsigned long kRestColour = 0x204060;
	static constexpr unsigned long kPressColour = 0xe0a030;
	static constexpr long kEventMask =
		ButtonPressMask | ButtonReleaseMask | PointerMotionMask | KeyPressMask | KeyReleaseMask;

	explicit EventEcho(ClientWindow& window);

	[[noreturn]] void Run();

private:
	void OnButton(const XButtonEvent& event, bool down);
	void OnKey(XKeyEvent& event, bool down);

	ClientWindow& window_;
	XIC input_context_;
	bool pressed_ = false;
};

}  // namespace porthole::check
