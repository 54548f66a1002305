#include "input/text-typist.h"

#include <algorithm>
#include <utility>

#include "clock.h"

namespace porthole {

void SpareKeycodes::Learn(std::span<const int> unused) {
	for (const int keycode : unused) {
		const auto known = [keycode](const Spare& spare) { return spare.keycode == keycode; };
		if (std::ranges::none_of(spares_, known)) spares_.insert(spares_.begin(), Spare{keycode});
	}
}

std::optional<int> SpareKeycodes::Find(KeySym keysym) const {
	for (const Spare& spare : spares_) {
		if (spare.keysym == keysym) return spare.keycode;
	}
	return std::nullopt;
}

bool SpareKeycodes::Owns(int keycode) const {
	return std::ranges::any_of(spares_, [keycode](const Spare& spare) { return spare.keycode == keycode; });
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
	std::ranges::rotate(spares_, spares_.begin() + static_cast<std::ptrdiff_t>(count));
	XSync(display, False);
}

void SpareKeycodes::Pressed(int keycode, double now) {
	const auto found = std::ranges::find(spares_, keycode, &Spare::keycode);
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

TextTypist::TextTypist(X11Connection& connection, XTestInput& held, std::function<bool(double)> wait_until)
	: connection_(connection), pressed_(held), wait_until_(std::move(wait_until)) {}

void TextTypist::Type(std::u32string_view text) {
	// Read anew for every text: somebody may have switched the layout.
	const KeyboardLayout layout(connection_.display());
	spares_.Learn(layout.unused());
	std::vector<int> modifiers;
	for (const int keycode : pressed_.keys()) {
		if (layout.IsModifier(keycode)) modifiers.push_back(keycode);
	}
	for (const int keycode : modifiers) pressed_.SetKey(keycode, false);
	// Lent before the first key: a program that has just started reads the keyboard map when it sees its first key,
	// and Xlib misses a change that comes in that moment.
	if (LendFor(text, layout)) TypeCharacters(text, layout);
	for (const int keycode : modifiers) pressed_.SetKey(keycode, true);
	XFlush(connection_.display());
}

void TextTypist::Restore() { spares_.Restore(connection_.display()); }

void TextTypist::TypeCharacters(std::u32string_view text, const KeyboardLayout& layout) {
	for (std::size_t index = 0; index < text.size(); index++) {
		// A line break of two characters is one press of Return.
		if (text[index] == '\r') {
			if (index + 1 < text.size() && text[index + 1] == '\n') continue;
		}
		const KeySym keysym = KeysymOf(text[index] == '\r' ? U'\n' : text[index]);
		if (keysym == NoSymbol) continue;
		std::optional<int> spare = spares_.Find(keysym);
		if (!spare) {
			if (const std::optional<KeyStroke> stroke = OwnStroke(keysym, layout)) {
				Press(*stroke, layout);
				continue;
			}
			if (!LendFor(text.substr(index), layout)) return;
			spare = spares_.Find(keysym);
			if (!spare) continue;
		}
		pressed_.TapKey(*spare);
		spares_.Pressed(*spare, MonotonicMs());
	}
}

bool TextTypist::LendFor(std::u32string_view text, const KeyboardLayout& layout) {
	std::vector<KeySym> lacking;
	for (const char32_t character : text) {
		if (lacking.size() == spares_.capacity()) break;
		const KeySym keysym = KeysymOf(character);
		const bool known = keysym == NoSymbol || OwnStroke(keysym, layout) || spares_.Find(keysym) ||
			std::ranges::find(lacking, keysym) != lacking.end();
		if (!known) lacking.push_back(keysym);
	}
	if (lacking.empty()) return true;
	XFlush(connection_.display());
	if (!wait_until_(spares_.ReadyAt(lacking.size()))) return false;
	spares_.Lend(connection_.display(), lacking);
	return !connection_.lost();
}

std::optional<KeyStroke> TextTypist::OwnStroke(KeySym keysym, const KeyboardLayout& layout) const {
	const std::optional<KeyStroke> stroke = layout.Find(keysym);
	return stroke && spares_.Owns(stroke->keycode) ? std::nullopt : stroke;
}

void TextTypist::Press(const KeyStroke& stroke, const KeyboardLayout& layout) {
	if (stroke.shift) pressed_.SetKey(layout.shift_keycode(), true);
	if (stroke.level3) pressed_.SetKey(layout.level3_keycode(), true);
	pressed_.TapKey(stroke.keycode);
	if (stroke.level3) pressed_.SetKey(layout.level3_keycode(), false);
	if (stroke.shift) pressed_.SetKey(layout.shift_keycode(), false);
}

}  // namespace porthole
