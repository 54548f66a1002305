#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

namespace porthole {

/// Pointer place in pixels and held buttons: bit 0 left, 1 middle, 2 right, 3 back, 4 forward.
struct PointerState {
	int x = 0;
	int y = 0;
	int buttons = 0;
};

/// Wheel notches; positive is right and down.
struct WheelTurn {
	int dx = 0;
	int dy = 0;
};

/// A key by its position, an X keycode.
struct KeyChange {
	int position = 0;
	bool down = false;
};

/// A key that goes down and is to give a character; a change of the same position releases it.
struct CharacterPress {
	int position = 0;
	char32_t character = 0;
	bool is_shortcut = false;
};

/// Code points to type.
struct TypedText {
	std::u32string characters;
};

/// Releases everything held.
struct ReleaseEverything {};

using InputCommand = std::variant<PointerState, WheelTurn, KeyChange, CharacterPress, TypedText, ReleaseEverything>;

/// Input on its way to the X server, in order. Bounded: pointer moves melt into one, and what no longer fits is refused.
class InputQueue {
public:
	static constexpr std::size_t kMaxCommands = 1024;
	static constexpr std::size_t kMaxCharacters = 20'000;

	/// False when the queue is full.
	bool Push(InputCommand command);

	std::optional<InputCommand> Pop();

private:
	std::mutex mutex_;
	std::deque<InputCommand> commands_;
	std::size_t characters_ = 0;
};

}  // namespace porthole
