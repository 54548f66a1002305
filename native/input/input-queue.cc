#include "input/input-queue.h"

#include <utility>

namespace porthole {

namespace {

std::size_t Characters(const InputCommand& command) {
	const auto* text = std::get_if<TypedText>(&command);
	return text != nullptr ? text->characters.size() : 0;
}

}  // namespace

bool InputQueue::Push(InputCommand command) {
	const std::lock_guard lock(mutex_);
	const auto* pointer = std::get_if<PointerState>(&command);
	auto* last = commands_.empty() ? nullptr : std::get_if<PointerState>(&commands_.back());
	// Only moves melt: a change of buttons must happen where it was made.
	if (pointer != nullptr && last != nullptr && pointer->buttons == last->buttons) {
		// The press itself stays at its place when moves with the button held follow it.
		const auto* before =
			commands_.size() < 2 ? nullptr : std::get_if<PointerState>(&commands_[commands_.size() - 2]);
		if (before != nullptr && before->buttons == last->buttons) {
			*last = *pointer;
			return true;
		}
	}
	const std::size_t characters = Characters(command);
	if (commands_.size() >= kMaxCommands || characters_ + characters > kMaxCharacters) return false;
	characters_ += characters;
	commands_.push_back(std::move(command));
	return true;
}

std::optional<InputCommand> InputQueue::Pop() {
	const std::lock_guard lock(mutex_);
	if (commands_.empty()) return std::nullopt;
	InputCommand command = std::move(commands_.front());
	commands_.pop_front();
	characters_ -= Characters(command);
	return command;
}

}  // namespace porthole
