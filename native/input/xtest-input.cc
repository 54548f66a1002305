#include "input/xtest-input.h"

#include <X11/extensions/XTest.h>

namespace porthole {

namespace {

/// X numbers of the buttons, by the bits of a mask; 4 to 7 are the wheel's.
constexpr unsigned kButtons[] = {1, 2, 3, 8, 9};

}  // namespace

void XTestInput::SetKey(int keycode, bool down) {
	const bool changed = down ? keys_.insert(keycode).second : keys_.erase(keycode) > 0;
	if (changed) XTestFakeKeyEvent(display_, static_cast<unsigned>(keycode), down, CurrentTime);
}

void XTestInput::TapKey(int keycode) {
	SetKey(keycode, false);
	XTestFakeKeyEvent(display_, static_cast<unsigned>(keycode), True, CurrentTime);
	XTestFakeKeyEvent(display_, static_cast<unsigned>(keycode), False, CurrentTime);
}

void XTestInput::SetPointer(int x, int y, int buttons) {
	constexpr int kCurrentScreen = -1;
	XTestFakeMotionEvent(display_, kCurrentScreen, x, y, CurrentTime);
	SetButtons(buttons);
}

void XTestInput::SetButtons(int buttons) {
	int mask = 1;
	for (const unsigned button : kButtons) {
		const bool down = (buttons & mask) != 0;
		if (down != ((buttons_ & mask) != 0)) XTestFakeButtonEvent(display_, button, down, CurrentTime);
		mask <<= 1;
	}
	buttons_ = buttons;
}

void XTestInput::Click(unsigned button, int count) {
	for (int click = 0; click < count; click++) {
		XTestFakeButtonEvent(display_, button, True, CurrentTime);
		XTestFakeButtonEvent(display_, button, False, CurrentTime);
	}
}

void XTestInput::ReleaseAll() {
	for (const int keycode : keys_) XTestFakeKeyEvent(display_, static_cast<unsigned>(keycode), False, CurrentTime);
	keys_.clear();
	SetButtons(0);
}

}  // namespace porthole
