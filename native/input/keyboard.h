#pragma once

#include <X11/Xlib.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "capture/x11-connection.h"
#include "input/keyboard-layout.h"
#include "input/spare-keycodes.h"
#include "input/xtest-input.h"

namespace porthole {

/// The keyboard of an X display: keys by position, keys that are to give a character, and text. What it takes for a
/// character is looked up when it is pressed, since anybody may change the layout, its group and its locks: the layout's
/// own key where it has one, a lent spare keycode where it has none.
class Keyboard {
public:
	/// What the keyboard asks of the thread that it is used on.
	struct Thread {
		/// Waits for a steady-clock time in ms; false means that typing shall stop.
		std::function<bool(double)> wait_until;
		/// Reads the events that the server has sent.
		std::function<void()> read_events;
	};

	Keyboard(X11Connection& connection, XTestInput& pressed, Thread thread);

	/// Presses the key at a position, or releases what was pressed for it.
	void Press(int position);
	void Release(int position);

	/// Presses what gives a character here, until `position` is released. Held modifiers that would make another character
	/// of it are up meanwhile, and those that it needs are down. In a shortcut Ctrl, Alt and Super count, and so does Shift
	/// with a letter; a character that no key has is taken by its position then, as keyboards of other scripts do, unless
	/// it is ASCII.
	void PressCharacter(int position, char32_t character, bool is_shortcut);

	/// Types text into whatever has the focus. Held modifiers are released meanwhile, else a held Ctrl would make shortcuts
	/// of the text.
	void Type(std::u32string_view text);

	void ReleaseAll();

	/// Somebody has changed the layout.
	void LayoutChanged() { is_stale_ = true; }

	/// When `Restore` is due, steady-clock ms; nothing when no keycode is lent.
	std::optional<double> RestoreAt() const { return spares_.RestoreAt(SpareKeycodes::kIdleMs); }

	/// Gives lent keycodes back to the layout.
	void Restore();

	/// The earliest time for that at which no program is still looking up a key.
	std::optional<double> SettledAt() const { return spares_.RestoreAt(SpareKeycodes::kSettleMs); }

private:
	/// Modifier keys that are not as those who hold them have them, for the key at a position that was pressed last.
	struct Adjustment {
		int position = 0;
		std::set<int> released;
		std::set<int> added;
	};

	/// Has the layout and the lent keycodes as they are now.
	void Refresh();
	/// Lends spare keycodes to the next characters that need one; false when typing shall stop.
	bool LendFor(std::u32string_view text);
	void TypeCharacters(std::u32string_view text);
	/// How to type a character: a key is lent to it if need be. Nothing for what no key gives.
	std::optional<KeyStroke> Obtain(char32_t character, int position);
	/// How to type a character as things are: with the layout's own keys or with one that is lent to it.
	std::optional<KeyStroke> Find(char32_t character, int position = 0) const;
	std::optional<KeyStroke> ForShortcut(char32_t character, int position);

	/// Has the modifiers of a stroke held and no others, but for those that `keeps` names.
	void Adjust(int position, const KeyStroke& stroke, const std::function<bool(int)>& keeps);
	void UndoAdjustment() { Become({}); }
	void Become(Adjustment adjustment);
	void Hold(int position, int keycode);

	X11Connection& connection_;
	XTestInput& pressed_;
	const Thread thread_;
	SpareKeycodes spares_;
	std::optional<KeyboardLayout> layout_;
	bool is_stale_ = false;
	/// The keycode that is down for each position that is held.
	std::map<int, int> held_;
	Adjustment adjustment_;
};

}  // namespace porthole
