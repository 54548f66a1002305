#include "input/keyboard.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "clock.h"

namespace porthole {

namespace {

/// A line break is what Return gives.
char32_t Normalized(char32_t character) { return character == U'\n' ? U'\r' : character; }

bool IsAscii(char32_t character) { return character < 0x80; }

std::set<int> Without(const std::set<int>& some, const std::set<int>& others) {
	std::set<int> rest;
	std::ranges::set_difference(some, others, std::inserter(rest, rest.end()));
	return rest;
}

}  // namespace

Keyboard::Keyboard(X11Connection& connection, XTestInput& pressed, Thread thread)
	: connection_(connection), pressed_(pressed), thread_(std::move(thread)) {}

void Keyboard::Press(int position) {
	UndoAdjustment();
	Hold(position, position);
}

void Keyboard::Release(int position) {
	const auto held = held_.find(position);
	if (held == held_.end()) return;
	const int keycode = held->second;
	held_.erase(held);
	const bool is_shared = std::ranges::any_of(held_, [keycode](const auto& other) { return other.second == keycode; });
	if (!is_shared) {
		pressed_.SetKey(keycode, false);
		spares_.Pressed(keycode, MonotonicMs());
	}
	adjustment_.released.erase(keycode);
	if (adjustment_.position == position) UndoAdjustment();
}

void Keyboard::PressCharacter(int position, char32_t character, bool is_shortcut) {
	Refresh();
	character = Normalized(character);
	const std::optional<KeyStroke> stroke =
		is_shortcut ? ForShortcut(character, position) : Obtain(character, position);
	if (!stroke) return Press(position);
	const bool is_letter = SmallLetterOf(character) != 0;
	Adjust(position, *stroke, [&](int keycode) {
		if (!is_shortcut) return false;
		return layout_->IsShift(keycode) ? is_letter : !layout_->IsLevel3(keycode);
	});
	Hold(position, stroke->keycode);
	spares_.Hold(stroke->keycode);
}

void Keyboard::Type(std::u32string_view text) {
	// Lent before the first key: a program that has just started reads the keyboard map when it sees its first key,
	// and Xlib misses a change that comes in that moment.
	if (LendFor(text)) TypeCharacters(text);
	UndoAdjustment();
	XFlush(connection_.display());
}

void Keyboard::ReleaseAll() {
	for (const auto& [position, keycode] : held_) spares_.Pressed(keycode, MonotonicMs());
	held_.clear();
	adjustment_ = {};
	pressed_.ReleaseAll();
}

void Keyboard::Restore() {
	// What somebody else has written meanwhile is theirs.
	Refresh();
	spares_.Restore(connection_.display());
}

void Keyboard::Refresh() {
	const KeyboardLocks locks = QueryLocks(connection_.display());
	thread_.read_events();
	if (layout_ && !is_stale_ && layout_->locks() == locks) return;
	is_stale_ = false;
	layout_.emplace(connection_.display(), locks);
	spares_.Follow(*layout_);
}

bool Keyboard::LendFor(std::u32string_view text) {
	Refresh();
	std::vector<char32_t> lacking;
	for (const char32_t unit : text) {
		if (lacking.size() == spares_.capacity()) break;
		const char32_t character = Normalized(unit);
		const bool known = KeysymOf(character) == NoSymbol || Find(character) ||
			std::ranges::find(lacking, character) != lacking.end();
		if (!known) lacking.push_back(character);
	}
	if (lacking.empty()) return true;
	XFlush(connection_.display());
	if (!thread_.wait_until(spares_.ReadyAt(lacking.size()))) return false;
	spares_.Lend(connection_.display(), lacking);
	return !connection_.lost();
}

void Keyboard::TypeCharacters(std::u32string_view text) {
	for (std::size_t index = 0; index < text.size(); index++) {
		// A line break of two characters is one press of Return.
		if (text[index] == U'\r' && index + 1 < text.size() && text[index + 1] == U'\n') continue;
		const char32_t character = Normalized(text[index]);
		if (KeysymOf(character) == NoSymbol) continue;
		std::optional<KeyStroke> stroke = Find(character);
		if (!stroke) {
			if (!LendFor(text.substr(index))) return;
			stroke = Find(character);
			if (!stroke) continue;
		}
		Adjust(0, *stroke, [](int) { return false; });
		pressed_.TapKey(stroke->keycode);
		spares_.Pressed(stroke->keycode, MonotonicMs());
	}
}

std::optional<KeyStroke> Keyboard::Obtain(char32_t character, int position) {
	const std::optional<KeyStroke> stroke = Find(character, position);
	if (stroke || !LendFor({&character, 1})) return stroke;
	return Find(character, position);
}

std::optional<KeyStroke> Keyboard::Find(char32_t character, int position) const {
	if (const std::optional<int> spare = spares_.Find(character)) return KeyStroke{*spare};
	const std::optional<KeyStroke> stroke = layout_->Find(character, position);
	// A lent keycode is none of the layout's, though its snapshot may show it: it can be lent to another character before
	// it is pressed.
	return stroke && spares_.Owns(stroke->keycode) ? std::nullopt : stroke;
}

std::optional<KeyStroke> Keyboard::ForShortcut(char32_t character, int position) {
	const char32_t small = SmallLetterOf(character);
	if (small == 0) return IsAscii(character) ? Obtain(character, position) : Find(character, position);
	std::optional<KeyStroke> stroke = IsAscii(small) ? Obtain(small, position) : Find(small, position);
	// Shift is held with a letter when the shortcut has it.
	if (stroke) stroke->shift = false;
	return stroke;
}

void Keyboard::Adjust(int position, const KeyStroke& stroke, const std::function<bool(int)>& keeps) {
	Adjustment adjustment{position};
	bool has_shift = false;
	bool has_level3 = false;
	for (const auto& [held, keycode] : held_) {
		if (!layout_->IsModifier(keycode)) continue;
		const bool is_shift = layout_->IsShift(keycode);
		const bool is_level3 = layout_->IsLevel3(keycode);
		has_shift = has_shift || is_shift;
		has_level3 = has_level3 || is_level3;
		const bool is_needed = (is_shift && stroke.shift) || (is_level3 && stroke.level3);
		if (!is_needed && !keeps(keycode)) adjustment.released.insert(keycode);
	}
	if (stroke.shift && !has_shift) adjustment.added.insert(layout_->shift_keycode());
	if (stroke.level3 && !has_level3) adjustment.added.insert(layout_->level3_keycode());
	Become(std::move(adjustment));
}

void Keyboard::Become(Adjustment adjustment) {
	for (const int keycode : Without(adjustment_.added, adjustment.added)) pressed_.SetKey(keycode, false);
	for (const int keycode : Without(adjustment.released, adjustment_.released)) pressed_.SetKey(keycode, false);
	for (const int keycode : Without(adjustment_.released, adjustment.released)) pressed_.SetKey(keycode, true);
	for (const int keycode : Without(adjustment.added, adjustment_.added)) pressed_.SetKey(keycode, true);
	adjustment_ = std::move(adjustment);
}

/// A key that is down already, for another position or from before, goes down anew.
void Keyboard::Hold(int position, int keycode) {
	const auto held = held_.find(position);
	if (held != held_.end() && held->second == keycode) return;
	if (held != held_.end()) Release(position);
	std::erase_if(held_, [keycode](const auto& other) { return other.second == keycode; });
	pressed_.SetKey(keycode, false);
	held_[position] = keycode;
	pressed_.SetKey(keycode, true);
}

}  // namespace porthole
