#pragma once

#include <X11/Xlib.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "input/keyboard-layout.h"

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

	/// Takes over what the layout is now: adds keycodes that have become unused, and gives up what somebody else has
	/// written to since.
	void Follow(const KeyboardLayout& layout);

	/// The keycode that gives a character, if one is lent to it.
	std::optional<int> Find(char32_t character) const;

	/// Whether a keycode is one of those that are lent.
	bool Owns(int keycode) const;

	/// How many characters can be lent at a time: those that are held down have their keycodes for themselves.
	std::size_t capacity() const;

	/// When `count` more keycodes can be lent without taking one away too early.
	double ReadyAt(std::size_t count) const;

	/// Lends the keycodes that rested longest; the server has heard of it when this returns.
	void Lend(Display* display, std::span<const char32_t> characters);

	/// A keycode is down until it is `Pressed`.
	void Hold(int keycode);
	void Pressed(int keycode, double now);

	/// When everything lent can be given back: `rest` ms after the last press. Nothing when nothing is lent or one is
	/// held.
	std::optional<double> RestoreAt(double rest) const;

	/// Gives every lent keycode back.
	void Restore(Display* display);

private:
	struct Spare {
		int keycode = 0;
		/// 0 when it is not lent.
		char32_t character = 0;
		double pressed_at = 0;
		bool held = false;
	};

	/// Longest rested first.
	std::vector<Spare> spares_;
};

}  // namespace porthole
