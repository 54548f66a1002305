#pragma once

#include <X11/Xlib.h>

#include <set>

namespace porthole {

/// Keys, buttons and the pointer, injected through XTest. Remembers what is held, so that each key is released exactly once.
class XTestInput {
public:
	explicit XTestInput(Display* display) : display_(display) {}

	/// A key that is already in the wanted state stays untouched.
	void SetKey(int keycode, bool down);

	/// Presses and releases a key; one that is held is released before.
	void TapKey(int keycode);

	/// Moves the pointer, then presses and releases buttons until those of the mask are held (bit 0 left, 1 middle, 2
	/// right, 3 back, 4 forward).
	void SetPointer(int x, int y, int buttons);

	/// Clicks an X button `count` times, as wheels do.
	void Click(unsigned button, int count);

	void ReleaseAll();

private:
	void SetButtons(int buttons);

	Display* display_;
	std::set<int> keys_;
	int buttons_ = 0;
};

}  // namespace porthole
