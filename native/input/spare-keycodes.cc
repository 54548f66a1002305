#include "input/spare-keycodes.h"

#include <X11/XKBlib.h>

#include <algorithm>

namespace porthole {

namespace {

/// Gives a keycode one keysym on both levels of a type that counts Caps Lock as used up: the type that the server would
/// choose leaves it to programs, which then make a capital of the character.
void Lend(Display* display, XkbDescPtr keyboard, int keycode, KeySym keysym) {
	int types[XkbNumKbdGroups] = {XkbAlphabeticIndex};
	XkbMapChangesRec changes{};
	if (XkbChangeTypesOfKey(keyboard, keycode, 1, XkbGroup1Mask, types, &changes) != Success) return;
	KeySym* keysyms = XkbKeySymsPtr(keyboard, keycode);
	keysyms[0] = keysym;
	keysyms[1] = keysym;
	changes.changed |= XkbKeySymsMask;
	changes.first_key_sym = static_cast<KeyCode>(keycode);
	changes.num_key_syms = 1;
	XkbChangeMap(display, keyboard, &changes);
}

}  // namespace

void SpareKeycodes::Follow(const KeyboardLayout& layout) {
	for (Spare& spare : spares_) {
		if (spare.character != 0 && layout.PlainCharacter(spare.keycode) != spare.character) spare.character = 0;
	}
	const auto taken = [&layout](
						   const Spare& spare) { return spare.character == 0 && !layout.IsUnused(spare.keycode); };
	std::erase_if(spares_, taken);
	for (const int keycode : layout.unused()) {
		if (!Owns(keycode)) spares_.insert(spares_.begin(), Spare{keycode});
	}
}

std::optional<int> SpareKeycodes::Find(char32_t character) const {
	for (const Spare& spare : spares_) {
		if (spare.character == character) return spare.keycode;
	}
	return std::nullopt;
}

bool SpareKeycodes::Owns(int keycode) const {
	return std::ranges::find(spares_, keycode, &Spare::keycode) != spares_.end();
}

std::size_t SpareKeycodes::capacity() const {
	return static_cast<std::size_t>(std::ranges::count(spares_, false, &Spare::held));
}

double SpareKeycodes::ReadyAt(std::size_t count) const {
	double ready = 0;
	for (const Spare& spare : spares_) {
		if (spare.held) continue;
		if (count-- == 0) break;
		if (spare.character != 0) ready = std::max(ready, spare.pressed_at + kSettleMs);
	}
	return ready;
}

void SpareKeycodes::Lend(Display* display, std::span<const char32_t> characters) {
	XkbDescPtr keyboard = XkbGetMap(display, XkbKeyTypesMask | XkbKeySymsMask, XkbUseCoreKbd);
	if (keyboard == nullptr) return;
	// Those that are held come last, and the others keep their order.
	std::ranges::stable_partition(spares_, [](const Spare& spare) { return !spare.held; });
	const std::size_t count = std::min(characters.size(), capacity());
	for (std::size_t index = 0; index < count; index++) {
		spares_[index].character = characters[index];
		porthole::Lend(display, keyboard, spares_[index].keycode, KeysymOf(characters[index]));
	}
	std::ranges::rotate(spares_, spares_.begin() + static_cast<std::ptrdiff_t>(count));
	XkbFreeKeyboard(keyboard, XkbAllComponentsMask, True);
	XSync(display, False);
}

void SpareKeycodes::Hold(int keycode) {
	const auto found = std::ranges::find(spares_, keycode, &Spare::keycode);
	if (found != spares_.end()) found->held = true;
}

void SpareKeycodes::Pressed(int keycode, double now) {
	const auto found = std::ranges::find(spares_, keycode, &Spare::keycode);
	if (found == spares_.end()) return;
	found->held = false;
	found->pressed_at = now;
	std::rotate(found, found + 1, spares_.end());
}

std::optional<double> SpareKeycodes::RestoreAt(double rest) const {
	std::optional<double> restore;
	for (const Spare& spare : spares_) {
		if (spare.held) return std::nullopt;
		if (spare.character != 0) restore = std::max(restore.value_or(0), spare.pressed_at + rest);
	}
	return restore;
}

void SpareKeycodes::Restore(Display* display) {
	for (Spare& spare : spares_) {
		if (spare.character == 0) continue;
		spare.character = 0;
		KeySym nothing[] = {NoSymbol, NoSymbol};
		XChangeKeyboardMapping(display, spare.keycode, 2, nothing, 1);
	}
	XSync(display, False);
}

}  // namespace porthole
