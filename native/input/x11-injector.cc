#include "input/x11-injector.h"

#include <X11/extensions/XTest.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "clock.h"

namespace porthole {

namespace {

enum XButton : unsigned { kWheelUp = 4, kWheelDown = 5, kWheelLeft = 6, kWheelRight = 7 };

}  // namespace

X11Input::X11Input(const std::string& display, std::function<void(const std::string&)> on_lost)
	: connection_(display),
	  held_(connection_.display()),
	  typist_(connection_, held_, [this](double time) { return WaitUntil(time); }),
	  on_lost_(std::move(on_lost)),
	  size_(connection_.QuerySize()) {
	int event_base;
	int error_base;
	int major;
	int minor;
	connection_.RequireExtension(
		XTestQueryExtension(connection_.display(), &event_base, &error_base, &major, &minor), "XTEST");
	// Input must get through while some program grabs the server, as menus do.
	XTestGrabControl(connection_.display(), True);
	XDisplayKeycodes(connection_.display(), &least_keycode_, &most_keycode_);
	XSelectInput(connection_.display(), connection_.root(), StructureNotifyMask);
	wake_.Add(connection_.descriptor());
	thread_ = std::thread([this] { Run(); });
}

X11Input::~X11Input() { Close(); }

bool X11Input::Push(InputCommand command) {
	if (!queue_.Push(std::move(command))) return false;
	wake_.Signal();
	return true;
}

X11Connection::Size X11Input::size() const { return size_; }

void X11Input::Close() {
	closing_ = true;
	wake_.Signal();
	if (thread_.joinable()) thread_.join();
}

void X11Input::Run() {
	while (!closing_) {
		ReadEvents();
		if (connection_.lost()) {
			on_lost_(connection_.LostMessage());
			return;
		}
		if (RunPending()) continue;
		RestoreWhenDue();
		const std::optional<double> restore_at = typist_.RestoreAt();
		wake_.Wait(restore_at ? std::optional(*restore_at - SteadyClockMs()) : std::nullopt);
	}
	Finish();
}

bool X11Input::RunPending() {
	const std::optional<InputCommand> command = queue_.Pop();
	if (!command) return false;
	Execute(*command);
	XFlush(connection_.display());
	return true;
}

void X11Input::ReadEvents() {
	while (!connection_.lost() && XPending(connection_.display()) > 0) {
		XEvent event;
		XNextEvent(connection_.display(), &event);
		if (event.type == MappingNotify) XRefreshKeyboardMapping(&event.xmapping);
		if (event.type == ConfigureNotify) size_ = {event.xconfigure.width, event.xconfigure.height};
	}
}

void X11Input::Execute(const InputCommand& command) {
	if (const auto* pointer = std::get_if<PointerState>(&command)) {
		held_.SetPointer(pointer->x, pointer->y, pointer->buttons);
	} else if (const auto* wheel = std::get_if<WheelTurn>(&command)) {
		held_.Click(wheel->dy < 0 ? kWheelUp : kWheelDown, std::abs(wheel->dy));
		held_.Click(wheel->dx < 0 ? kWheelLeft : kWheelRight, std::abs(wheel->dx));
	} else if (const auto* key = std::get_if<KeyChange>(&command)) {
		held_.SetKey(key->keycode, key->down);
	} else if (const auto* text = std::get_if<TypedText>(&command)) {
		typist_.Type(text->characters);
	} else {
		held_.ReleaseAll();
	}
}

bool X11Input::WaitUntil(double time) {
	while (!closing_ && !connection_.lost()) {
		const double left = time - SteadyClockMs();
		if (left <= 0) return true;
		// New commands signal too; they wait their turn in the queue.
		ReadEvents();
		wake_.Wait(left);
	}
	return false;
}

void X11Input::RestoreWhenDue() {
	const std::optional<double> due = typist_.RestoreAt();
	if (due && *due <= SteadyClockMs()) typist_.Restore();
}

void X11Input::Finish() {
	held_.ReleaseAll();
	XFlush(connection_.display());
	if (const std::optional<double> settled = typist_.SettledAt()) {
		const double left = std::clamp(*settled - SteadyClockMs(), 0.0, SpareKeycodes::kSettleMs);
		std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(left));
		typist_.Restore();
	}
}

}  // namespace porthole
