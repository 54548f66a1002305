#pragma once

#include <X11/Xlib.h>

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "capture/x11-connection.h"
#include "input/keyboard-layout.h"
#include "input/xtest-input.h"

namespace porthole {

/// Keycodes that the layout leaves unused, lent to characters that it lacks and given back later. Programs read the
/// keyboard map again when it changes but may be slow to, so a lent keycode keeps its keysym for a while after its last
/// press: times are milliseconds of a steady clock.
class SpareKeycodes {
public:
	/// How long a program gets to look up a key after its press.
	static constexpr double kSettleMs = 100;
	/// How long keycodes stay lent when nothing more is typed.
	static constexpr double kIdleMs = 1000;

	/// Adds keycodes that are unused now; known ones stay as they are.
	void Learn(std::span<const int> unused);

	/// The keycode that gives a keysym, if one is lent to it.
	std::optional<int> Find(KeySym keysym) const;

	/// Whether a keycode is one of those that are lent.
	bool Owns(int keycode) const;

	/// How many characters can be lent at a time.
	std::size_t capacity() const { return spares_.size(); }

	/// When `count` more keycodes can be lent without taking one away too early.
	double ReadyAt(std::size_t count) const;

	/// Lends the keycodes that rested longest; the server has heard of it when this returns.
	void Lend(Display* display, std::span<const KeySym> keysyms);

	void Pressed(int keycode, double now);

	/// When everything lent can be given back: `rest` ms after the last press. Nothing when nothing is lent.
	std::optional<double> RestoreAt(double rest) const;

	/// Gives every lent keycode back.
	void Restore(Display* display);

private:
	struct Spare {
		int keycode = 0;
		KeySym keysym = NoSymbol;
		double pressed_at = 0;
	};

	static void Write(Display* display, int keycode, KeySym keysym);

	/// Longest rested first.
	std::vector<Spare> spares_;
};

/// Types any text into whatever has the focus: with the layout's own keys where it has them, with lent spare keycodes
/// where it does not.
class TextTypist {
public:
	/// `wait_until` waits for a steady-clock time in ms; false means that typing shall stop.
	TextTypist(X11Connection& connection, XTestInput& held, std::function<bool(double)> wait_until);

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
	XTestInput& pressed_;
	std::function<bool(double)> wait_until_;
	SpareKeycodes spares_;
};

}  // namespace porthole
