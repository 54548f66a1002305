#include "input/keyboard-layout.h"

#include <X11/XKBlib.h>
#include <X11/keysym.h>

#include <algorithm>

namespace porthole {

KeySym KeysymOf(char32_t character) {
	switch (character) {
		case '\n':
			return XK_Return;
		case '\t':
			return XK_Tab;
		case '\b':
			return XK_BackSpace;
		case 0x1b:
			return XK_Escape;
		default:
			break;
	}
	const bool control = character < 0x20 || (character >= 0x7f && character < 0xa0);
	const bool surrogate = character >= 0xd800 && character < 0xe000;
	if (control || surrogate || character > 0x10ffff) return NoSymbol;
	// X11 protocol, appendix A: Latin-1 keysyms are the code points, all others may be written as 0x01000000 + code point.
	return character < 0x100 ? character : 0x01000000 + character;
}

KeyboardLayout::KeyboardLayout(Display* display) {
	ReadModifiers(display);
	ReadKeys(display);
}

std::optional<KeyStroke> KeyboardLayout::Find(KeySym keysym) const {
	const auto found = strokes_.find(keysym);
	return found == strokes_.end() ? std::nullopt : std::optional(found->second);
}

bool KeyboardLayout::IsModifier(int keycode) const {
	return std::ranges::find(modifiers_, keycode) != modifiers_.end();
}

void KeyboardLayout::ReadModifiers(Display* display) {
	XModifierKeymap* map = XGetModifierMapping(display);
	if (map == nullptr) return;
	for (int modifier = 0; modifier < 8; modifier++) {
		for (int index = 0; index < map->max_keypermod; index++) {
			const int keycode = map->modifiermap[modifier * map->max_keypermod + index];
			if (keycode == 0) continue;
			modifiers_.push_back(keycode);
			if (modifier == ShiftMapIndex && shift_keycode_ == 0) shift_keycode_ = keycode;
			const KeySym keysym = XkbKeycodeToKeysym(display, static_cast<KeyCode>(keycode), 0, 0);
			if (keysym == XK_ISO_Level3_Shift && level3_keycode_ == 0) {
				level3_keycode_ = keycode;
				level3_mask_ = 1u << modifier;
			}
		}
	}
	XFreeModifiermap(map);
}

void KeyboardLayout::ReadKeys(Display* display) {
	XkbStateRec state{};
	XkbGetState(display, XkbUseCoreKbd, &state);
	XkbDescPtr keyboard = XkbGetMap(display, XkbAllClientInfoMask, XkbUseCoreKbd);
	if (keyboard == nullptr) return;
	for (int keycode = keyboard->min_key_code; keycode <= keyboard->max_key_code; keycode++) {
		const int symbols = XkbKeyNumSyms(keyboard, keycode);
		const KeySym* first = XkbKeySymsPtr(keyboard, keycode);
		if (std::all_of(first, first + symbols, [](KeySym keysym) { return keysym == NoSymbol; })) {
			if (!IsModifier(keycode)) unused_.push_back(keycode);
			continue;
		}
		for (int combination = 0; combination < 4; combination++) {
			const KeyStroke stroke{keycode, (combination & 1) != 0, (combination & 2) != 0};
			if ((stroke.shift && shift_keycode_ == 0) || (stroke.level3 && level3_keycode_ == 0)) continue;
			const unsigned modifiers = static_cast<unsigned>(state.locked_mods) | (stroke.shift ? ShiftMask : 0u) |
				(stroke.level3 ? level3_mask_ : 0u);
			unsigned unconsumed = 0;
			KeySym keysym = NoSymbol;
			if (!XkbTranslateKeyCode(keyboard, static_cast<KeyCode>(keycode), XkbBuildCoreState(modifiers, state.group),
					&unconsumed, &keysym)) {
				continue;
			}
			// The first key and the fewest modifiers win.
			if (keysym != NoSymbol) strokes_.try_emplace(keysym, stroke);
		}
	}
	XkbFreeKeyboard(keyboard, XkbAllComponentsMask, True);
}

}  // namespace porthole
