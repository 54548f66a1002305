#include "input/keyboard-layout.h"

#include <X11/XKBlib.h>
#include <X11/Xutil.h>
#include <X11/keysym.h>
#include <xkbcommon/xkbcommon.h>

#include <algorithm>

namespace porthole {

namespace {

/// What programs do with the keysym of a key that leaves Caps Lock to them.
KeySym Capital(KeySym keysym) {
	KeySym lower = NoSymbol;
	KeySym upper = NoSymbol;
	XConvertCase(keysym, &lower, &upper);
	return upper;
}

/// The character that a keysym gives; 0 for function keys, dead keys and the like.
char32_t CharacterOf(KeySym keysym) { return xkb_keysym_to_utf32(static_cast<xkb_keysym_t>(keysym)); }

}  // namespace

KeySym KeysymOf(char32_t character) {
	switch (character) {
		case '\n':
		case '\r':
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
	return xkb_utf32_to_keysym(character);
}

char32_t SmallLetterOf(char32_t character) {
	KeySym lower = NoSymbol;
	KeySym upper = NoSymbol;
	XConvertCase(KeysymOf(character), &lower, &upper);
	return lower == upper ? 0 : CharacterOf(lower);
}

KeyboardLocks QueryLocks(Display* display) {
	XkbStateRec state{};
	XkbGetState(display, XkbUseCoreKbd, &state);
	return {state.group, state.locked_mods};
}

KeyboardLayout::KeyboardLayout(Display* display, const KeyboardLocks& locks) : locks_(locks) {
	ReadModifiers(display);
	ReadKeys(display);
}

std::optional<KeyStroke> KeyboardLayout::Find(char32_t character, int keycode) const {
	const auto found = strokes_.find(character);
	if (found == strokes_.end()) return std::nullopt;
	const auto own = std::ranges::find(found->second, keycode, &KeyStroke::keycode);
	return own == found->second.end() ? found->second.front() : *own;
}

char32_t KeyboardLayout::PlainCharacter(int keycode) const {
	const auto found = plain_.find(keycode);
	return found == plain_.end() ? 0 : found->second;
}

void KeyboardLayout::ReadModifiers(Display* display) {
	XModifierKeymap* map = XGetModifierMapping(display);
	if (map == nullptr) return;
	for (int modifier = 0; modifier < 8; modifier++) {
		for (int index = 0; index < map->max_keypermod; index++) {
			const int keycode = map->modifiermap[modifier * map->max_keypermod + index];
			if (keycode == 0) continue;
			modifiers_.insert(keycode);
			if (modifier == ShiftMapIndex) shift_.insert(keycode);
			const KeySym keysym = XkbKeycodeToKeysym(display, static_cast<KeyCode>(keycode), 0, 0);
			if (keysym != XK_ISO_Level3_Shift) continue;
			level3_.insert(keycode);
			level3_mask_ = 1u << modifier;
		}
	}
	XFreeModifiermap(map);
}

void KeyboardLayout::ReadKeys(Display* display) {
	XkbDescPtr keyboard = XkbGetMap(display, XkbAllClientInfoMask, XkbUseCoreKbd);
	if (keyboard == nullptr) return;
	for (int combination = 0; combination < 4; combination++) {
		const bool shift = (combination & 1) != 0;
		const bool level3 = (combination & 2) != 0;
		if ((shift && shift_.empty()) || (level3 && level3_.empty())) continue;
		const unsigned modifiers = locks_.modifiers | (shift ? ShiftMask : 0u) | (level3 ? level3_mask_ : 0u);
		for (int keycode = keyboard->min_key_code; keycode <= keyboard->max_key_code; keycode++) {
			if (XkbKeyNumGroups(keyboard, keycode) == 0) continue;
			unsigned consumed = 0;
			KeySym keysym = NoSymbol;
			if (!XkbTranslateKeyCode(keyboard, static_cast<KeyCode>(keycode),
					XkbBuildCoreState(modifiers, locks_.group), &consumed, &keysym)) {
				continue;
			}
			if ((modifiers & ~consumed & LockMask) != 0) keysym = Capital(keysym);
			const char32_t character = CharacterOf(keysym);
			if (character != 0) strokes_[character].push_back({keycode, shift, level3});
		}
	}
	for (int keycode = keyboard->min_key_code; keycode <= keyboard->max_key_code; keycode++) {
		const int symbols = XkbKeyNumSyms(keyboard, keycode);
		const KeySym* first = XkbKeySymsPtr(keyboard, keycode);
		if (!std::all_of(first, first + symbols, [](KeySym keysym) { return keysym == NoSymbol; })) {
			plain_[keycode] = CharacterOf(first[0]);
		} else if (!IsModifier(keycode)) {
			unused_.insert(keycode);
		}
	}
	XkbFreeKeyboard(keyboard, XkbAllComponentsMask, True);
}

}  // namespace porthole
