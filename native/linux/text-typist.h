#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "held-input.h"
#include "keyboard-layout.h"
#include "spare-keycodes.h"
#include "x11-connection.h"

namespace porthole {

/// Types any text into whatever has the focus: with the layout's own keys where it has them, with lent spare keycodes
/// where it does not.
class TextTypist {
public:
	/// `wait_until` waits for a steady-clock time in ms; false means that typing shall stop.
	TextTypist(X11Connection& connection, HeldInput& held, std::function<bool(double)> wait_until);

	/// Held modifiers are released meanwhile, else a held Ctrl would make shortcuts of the text.
	void Type(std::u32string_view text);

	/// When `Restore` is due, steady-clock ms; nothing when no keycode is lent.
	std::optional<double> RestoreAt() const { return spares_.RestoreAt(SpareKeycodes::kIdleMs); }

	/// Gives lent keycodes back to the layout.
	void Restore();

	/// The earliest time for that at which no program is still looking up a key.
	std::optional<double> SettledAt() const { return spares_.RestoreAt(SpareKeycodes::kSettleMs); }

private:
	void TypeCharacters(std::u32string_view text, const KeyboardLayout& layout);
	/// Lends spare keycodes to the next characters that need one; false when typing shall stop.
	bool LendFor(std::u32string_view text, const KeyboardLayout& layout);
	/// The layout's own key for a keysym. A lent keycode is none, though the layout's snapshot may show it: it can be lent
	/// to another character before it is pressed.
	std::optional<KeyStroke> OwnStroke(KeySym keysym, const KeyboardLayout& layout) const;
	void Press(const KeyStroke& stroke, const KeyboardLayout& layout);

	X11Connection& connection_;
	HeldInput& held_;
	std::function<bool(double)> wait_until_;
	SpareKeycodes spares_;
};

}  // namespace porthole
