#include "text-typist.h"

#include <algorithm>
#include <utility>

#include "clock.h"

namespace porthole {

TextTypist::TextTypist(X11Connection& connection, HeldInput& held, std::function<bool(double)> wait_until)
	: connection_(connection), held_(held), wait_until_(std::move(wait_until)) {}

void TextTypist::Type(std::u32string_view text) {
	// Read anew for every text: somebody may have switched the layout.
	const KeyboardLayout layout(connection_.display());
	spares_.Learn(layout.unused());
	std::vector<int> modifiers;
	for (const int keycode : held_.keys()) {
		if (layout.IsModifier(keycode)) modifiers.push_back(keycode);
	}
	for (const int keycode : modifiers) held_.SetKey(keycode, false);
	// Lent before the first key: a program that has just started reads the keyboard map when it sees its first key,
	// and Xlib misses a change that comes in that moment.
	if (LendFor(text, layout)) TypeCharacters(text, layout);
	for (const int keycode : modifiers) held_.SetKey(keycode, true);
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
		held_.TapKey(*spare);
		spares_.Pressed(*spare, SteadyClockMs());
	}
}

bool TextTypist::LendFor(std::u32string_view text, const KeyboardLayout& layout) {
	std::vector<KeySym> lacking;
	for (const char32_t character : text) {
		if (lacking.size() == spares_.capacity()) break;
		const KeySym keysym = KeysymOf(character);
		const bool known = keysym == NoSymbol || OwnStroke(keysym, layout) || spares_.Find(keysym) ||
			std::find(lacking.begin(), lacking.end(), keysym) != lacking.end();
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
	if (stroke.shift) held_.SetKey(layout.shift_keycode(), true);
	if (stroke.level3) held_.SetKey(layout.level3_keycode(), true);
	held_.TapKey(stroke.keycode);
	if (stroke.level3) held_.SetKey(layout.level3_keycode(), false);
	if (stroke.shift) held_.SetKey(layout.shift_keycode(), false);
}

}  // namespace porthole
