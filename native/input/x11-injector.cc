#include "input/x11-injector.h"

#include <X11/XKBlib.h>
#include <X11/extensions/XTest.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "clock.h"
#include "native-error.h"

namespace porthole {

namespace {

enum XButton : unsigned { kWheelUp = 4, kWheelDown = 5, kWheelLeft = 6, kWheelRight = 7 };

}  // namespace

X11Injector::X11Injector(const std::string& display, OnFailure on_end)
	: connection_(display),
	  pressed_(connection_.display()),
	  keyboard_(connection_, pressed_, {[this](double time) { return WaitUntil(time); }, [this] { ReadEvents(); }}),
	  on_end_(std::move(on_end)),
	  size_(connection_.QuerySize()) {
	int event_base;
	int error_base;
	int major;
	int minor;
	connection_.RequireExtension(XTestQueryExtension(connection_.display(), &event_base, &error_base, &major, &minor),
		"XTEST");
	// Input must get through while some program grabs the server, as menus do.
	XTestGrabControl(connection_.display(), True);
	XDisplayKeycodes(connection_.display(), &least_keycode_, &most_keycode_);
	XSelectInput(connection_.display(), connection_.root(), StructureNotifyMask);
	if (XkbQueryExtension(connection_.display(), nullptr, &xkb_event_, nullptr, nullptr, nullptr)) {
		constexpr unsigned kChanges = XkbMapNotifyMask | XkbNewKeyboardNotifyMask;
		XkbSelectEvents(connection_.display(), XkbUseCoreKbd, kChanges, kChanges);
	} else {
		xkb_event_ = -1;
	}
	wake_.Add(connection_.descriptor());
	thread_ = GuardedThread(
		"input thread", "input-failed", [this] { Run(); },
		[this](const std::string& code, const std::string& message) {
			RunGuarded(
				"input thread", code.c_str(), [this] { ReleaseAll(); }, [](const std::string&, const std::string&) {});
			on_end_(code, message);
		});
}

X11Injector::~X11Injector() { Close(); }

bool X11Injector::Push(InputCommand command) {
	if (!queue_.Push(std::move(command))) return false;
	wake_.Signal();
	return true;
}

X11Connection::Size X11Injector::size() const { return size_; }

void X11Injector::Close() {
	closing_ = true;
	wake_.Signal();
	thread_.Join();
}

void X11Injector::Run() {
	while (!closing_) {
		ReadEvents();
		FaultPoint("input thread");
		if (connection_.lost()) throw NativeError("display-vanished", connection_.LostMessage());
		if (RunPending()) continue;
		RestoreWhenDue();
		const std::optional<double> restore_at = keyboard_.RestoreAt();
		wake_.Wait(restore_at ? std::optional(*restore_at - MonotonicMs()) : std::nullopt);
	}
	Finish();
}

bool X11Injector::RunPending() {
	const std::optional<InputCommand> command = queue_.Pop();
	if (!command) return false;
	Execute(*command);
	XFlush(connection_.display());
	return true;
}

void X11Injector::ReadEvents() {
	while (!connection_.lost() && XPending(connection_.display()) > 0) {
		XEvent event;
		XNextEvent(connection_.display(), &event);
		OnEvent(event);
	}
}

void X11Injector::OnEvent(XEvent& event) {
	if (event.type == ConfigureNotify) size_ = {event.xconfigure.width, event.xconfigure.height};
	if (event.type == MappingNotify) XRefreshKeyboardMapping(&event.xmapping);
	if (event.type == MappingNotify || event.type == xkb_event_) keyboard_.LayoutChanged();
}

void X11Injector::Execute(const InputCommand& command) {
	if (const auto* pointer = std::get_if<PointerState>(&command)) {
		pressed_.SetPointer(pointer->x, pointer->y, pointer->buttons);
	} else if (const auto* wheel = std::get_if<WheelTurn>(&command)) {
		pressed_.Click(wheel->dy < 0 ? kWheelUp : kWheelDown, std::abs(wheel->dy));
		pressed_.Click(wheel->dx < 0 ? kWheelLeft : kWheelRight, std::abs(wheel->dx));
	} else if (const auto* key = std::get_if<KeyChange>(&command)) {
		if (key->down) {
			keyboard_.Press(key->position);
		} else {
			keyboard_.Release(key->position);
		}
	} else if (const auto* press = std::get_if<CharacterPress>(&command)) {
		keyboard_.PressCharacter(press->position, press->character, press->is_shortcut);
	} else if (const auto* text = std::get_if<TypedText>(&command)) {
		keyboard_.Type(text->characters);
	} else {
		keyboard_.ReleaseAll();
	}
}

bool X11Injector::WaitUntil(double time) {
	while (!closing_ && !connection_.lost()) {
		const double left = time - MonotonicMs();
		if (left <= 0) return true;
		// New commands signal too; they wait their turn in the queue.
		ReadEvents();
		wake_.Wait(left);
	}
	return false;
}

void X11Injector::RestoreWhenDue() {
	const std::optional<double> due = keyboard_.RestoreAt();
	if (due && *due <= MonotonicMs()) keyboard_.Restore();
}

/// A lost connection takes what was pressed with it.
void X11Injector::ReleaseAll() {
	if (connection_.lost()) return;
	keyboard_.ReleaseAll();
	XFlush(connection_.display());
}

void X11Injector::Finish() {
	ReleaseAll();
	if (const std::optional<double> settled = keyboard_.SettledAt()) {
		const double left = std::clamp(*settled - MonotonicMs(), 0.0, SpareKeycodes::kSettleMs);
		std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(left));
		keyboard_.Restore();
	}
}

}  // namespace porthole
