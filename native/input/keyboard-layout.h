#pragma once

#include <X11/Xlib.h>

#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace porthole {

/// The keysym that stands for a character; NoSymbol for characters that no key gives.
KeySym KeysymOf(char32_t character);

/// The small letter of a letter; 0 for what is none.
char32_t SmallLetterOf(char32_t character);

/// One key press that gives a character: a keycode with modifier keys held.
struct KeyStroke {
	int keycode = 0;
	bool shift = false;
	bool level3 = false;
};

/// A group of a keyboard and the modifiers that are locked in it, such as Caps Lock and Num Lock.
struct KeyboardLocks {
	unsigned group = 0;
	unsigned modifiers = 0;
	friend bool operator==(const KeyboardLocks&, const KeyboardLocks&) = default;
};

/// What the server's group and locks are now; it has told of all changes of the layout before when this returns.
KeyboardLocks QueryLocks(Display* display);

/// A snapshot of the server's keyboard layout: how to type what it has, and which keycodes it leaves unused.
class KeyboardLayout {
public:
	/// Asks the server. `locks` are taken into account.
	KeyboardLayout(Display* display, const KeyboardLocks& locks);

	const KeyboardLocks& locks() const { return locks_; }

	/// How to type a character, if it can be on the key at `keycode`, else on the first that has it; nothing when the
	/// layout lacks it.
	std::optional<KeyStroke> Find(char32_t character, int keycode = 0) const;

	/// The character of a key without modifiers and locks, in any group; 0 for none.
	char32_t PlainCharacter(int keycode) const;

	/// Keycodes without any keysym.
	const std::set<int>& unused() const { return unused_; }
	bool IsUnused(int keycode) const { return unused_.contains(keycode); }

	/// Keys that hold modifiers: 0 when the layout has none.
	int shift_keycode() const { return shift_.empty() ? 0 : *shift_.begin(); }
	int level3_keycode() const { return level3_.empty() ? 0 : *level3_.begin(); }
	bool IsShift(int keycode) const { return shift_.contains(keycode); }
	bool IsLevel3(int keycode) const { return level3_.contains(keycode); }
	/// Whether a keycode is a modifier key.
	bool IsModifier(int keycode) const { return modifiers_.contains(keycode); }

private:
	void ReadModifiers(Display* display);
	void ReadKeys(Display* display);

	KeyboardLocks locks_;
	/// The fewest modifiers first, then the lowest keycode.
	std::unordered_map<char32_t, std::vector<KeyStroke>> strokes_;
	std::unordered_map<int, char32_t> plain_;
	std::set<int> unused_;
	std::set<int> modifiers_;
	std::set<int> shift_;
	std::set<int> level3_;
	unsigned level3_mask_ = 0;
};

}  // namespace porthole
