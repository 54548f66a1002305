#include "input/xtest-input.h"

#include <X11/extensions/XTest.h>

namespace porthole {

namespace {

constexpr int kButtons = 3;

}  // namespace

void XTestInput::SetKey(int keycode, bool down) {
	const bool changed = down ? keys_.insert(keycode).second : keys_.erase(keycode) > 0;
	if (changed) XTestFakeKeyEvent(display_, static_cast<unsigned>(keycode), down, CurrentTime);
}

void XTestInput::TapKey(int keycode) {
	XTestFakeKeyEvent(display_, static_cast<unsigned>(keycode), True, CurrentTime);
	XTestFakeKeyEvent(display_, static_cast<unsigned>(keycode), False, CurrentTime);
	keys_.erase(keycode);
}

void XTestInput::SetPointer(int x, int y, int buttons) {
	constexpr int kCurrentScreen = -1;
	XTestFakeMotionEvent(display_, kCurrentScreen, x, y, CurrentTime);
	SetButtons(buttons);
}

void XTestInput::SetButtons(int buttons) {
	for (int bit = 0; bit < kButtons; bit++) {
		const int mask = 1 << bit;
		if ((buttons & mask) == (buttons_ & mask)) continue;
		XTestFakeButtonEvent(display_, static_cast<unsigned>(bit + 1), (buttons & mask) != 0, CurrentTime);
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
