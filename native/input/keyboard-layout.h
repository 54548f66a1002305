#pragma once

#include <X11/Xlib.h>

#include <optional>
#include <unordered_map>
#include <vector>

namespace porthole {

/// The keysym that stands for a character; 0 for characters that no key gives.
KeySym KeysymOf(char32_t character);

/// One key press that gives a character: a keycode with modifier keys held.
struct KeyStroke {
	int keycode = 0;
	bool shift = false;
	bool level3 = false;
};

/// A snapshot of the server's keyboard layout: how to type what it has, and which keycodes it leaves unused.
class KeyboardLayout {
public:
	/// Asks the server, and takes its present group and locks (such as Caps Lock) into account.
	explicit KeyboardLayout(Display* display);

	/// How to type a keysym; nothing when the layout lacks it.
	std::optional<KeyStroke> Find(KeySym keysym) const;

	/// Keycodes without any keysym.
	const std::vector<int>& unused() const { return unused_; }

	/// Keys that hold modifiers: 0 when the layout has none.
	int shift_keycode() const { return shift_keycode_; }
	int level3_keycode() const { return level3_keycode_; }
	/// Whether a keycode is a modifier key.
	bool IsModifier(int keycode) const;

private:
	void ReadModifiers(Display* display);
	void ReadKeys(Display* display);

	std::unordered_map<KeySym, KeyStroke> strokes_;
	std::vector<int> unused_;
	std::vector<int> modifiers_;
	int shift_keycode_ = 0;
	int level3_keycode_ = 0;
	unsigned level3_mask_ = 0;
};

}  // namespace porthole
