#include "spare-keycodes.h"

#include <algorithm>

namespace porthole {

void SpareKeycodes::Learn(std::span<const int> unused) {
	for (const int keycode : unused) {
		const auto known = [keycode](const Spare& spare) { return spare.keycode == keycode; };
		if (std::none_of(spares_.begin(), spares_.end(), known)) spares_.insert(spares_.begin(), Spare{keycode});
	}
}

std::optional<int> SpareKeycodes::Find(KeySym keysym) const {
	for (const Spare& spare : spares_) {
		if (spare.keysym == keysym) return spare.keycode;
	}
	return std::nullopt;
}

bool SpareKeycodes::Owns(int keycode) const {
	return std::any_of(spares_.begin(), spares_.end(), [keycode](const Spare& spare) { return spare.keycode == keycode; });
}

double SpareKeycodes::ReadyAt(std::size_t count) const {
	double ready = 0;
	for (std::size_t index = 0; index < std::min(count, spares_.size()); index++) {
		if (spares_[index].keysym != NoSymbol) ready = std::max(ready, spares_[index].pressed_at + kSettleMs);
	}
	return ready;
}

void SpareKeycodes::Lend(Display* display, std::span<const KeySym> keysyms) {
	const std::size_t count = std::min(keysyms.size(), spares_.size());
	for (std::size_t index = 0; index < count; index++) {
		spares_[index].keysym = keysyms[index];
		Write(display, spares_[index].keycode, keysyms[index]);
	}
	std::rotate(spares_.begin(), spares_.begin() + static_cast<std::ptrdiff_t>(count), spares_.end());
	XSync(display, False);
}

void SpareKeycodes::Pressed(int keycode, double now) {
	const auto found = std::find_if(spares_.begin(), spares_.end(),
		[keycode](const Spare& spare) { return spare.keycode == keycode; });
	if (found == spares_.end()) return;
	found->pressed_at = now;
	std::rotate(found, found + 1, spares_.end());
}

std::optional<double> SpareKeycodes::RestoreAt(double rest) const {
	std::optional<double> restore;
	for (const Spare& spare : spares_) {
		if (spare.keysym != NoSymbol) restore = std::max(restore.value_or(0), spare.pressed_at + rest);
	}
	return restore;
}

void SpareKeycodes::Restore(Display* display) {
	for (Spare& spare : spares_) {
		if (spare.keysym == NoSymbol) continue;
		spare.keysym = NoSymbol;
		Write(display, spare.keycode, NoSymbol);
	}
	XSync(display, False);
}

void SpareKeycodes::Write(Display* display, int keycode, KeySym keysym) {
	// Both levels alike, so that Shift and Caps Lock change nothing.
	KeySym keysyms[] = {keysym, keysym};
	XChangeKeyboardMapping(display, keycode, 2, keysyms, 1);
}

}  // namespace porthole
