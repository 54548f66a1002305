#include "clipboard/x11-clipboard.h"

#include <X11/extensions/Xfixes.h>

#include <algorithm>
#include <utility>

#include "clock.h"
#include "native-error.h"

namespace porthole {

namespace {

/// Events handled before commands and deadlines are looked at again.
constexpr int kEventsAtOnce = 64;

Window MakeWindow(const X11Connection& connection) {
	XSetWindowAttributes attributes{};
	attributes.event_mask = PropertyChangeMask;
	return XCreateWindow(connection.display(), connection.root(), -1, -1, 1, 1, 0, CopyFromParent, InputOnly,
		CopyFromParent, CWEventMask, &attributes);
}

}  // namespace

X11Clipboard::X11Clipboard(const std::string& display, ClipboardEvents events)
	: connection_(display),
	  atoms_(connection_.display()),
	  window_(MakeWindow(connection_)),
	  events_(std::move(events)),
	  owner_(connection_, atoms_, window_),
	  reader_(connection_, atoms_, window_, events_.read) {
	int error_base;
	connection_.RequireExtension(XFixesQueryExtension(connection_.display(), &fixes_event_, &error_base), "XFIXES");
	int major = 4;
	int minor = 0;
	XFixesQueryVersion(connection_.display(), &major, &minor);
	XFixesSelectSelectionInput(connection_.display(), connection_.root(), atoms_.clipboard,
		XFixesSetSelectionOwnerNotifyMask);
	wake_.Add(connection_.descriptor());
	thread_ = GuardedThread("clipboard thread", "clipboard-failed", [this] { Run(); }, events_.ended);
}

X11Clipboard::~X11Clipboard() { Close(); }

void X11Clipboard::Write(SharedContent content) {
	{
		const std::lock_guard lock(mutex_);
		to_write_ = std::move(content);
	}
	wake_.Signal();
}

void X11Clipboard::Read() {
	{
		const std::lock_guard lock(mutex_);
		to_read_ = true;
	}
	wake_.Signal();
}

void X11Clipboard::Close() {
	closing_ = true;
	wake_.Signal();
	thread_.Join();
}

void X11Clipboard::Run() {
	while (!closing_) {
		HandleEvents();
		FaultPoint("clipboard thread");
		if (connection_.lost()) throw NativeError("display-vanished", connection_.LostMessage());
		TakeCommands();
		DropOverdue();
		XFlush(connection_.display());
		if (!connection_.lost() && XEventsQueued(connection_.display(), QueuedAlready) == 0) Wait();
	}
}

void X11Clipboard::TakeCommands() {
	SharedContent to_write;
	bool to_read = false;
	{
		const std::lock_guard lock(mutex_);
		to_write = std::exchange(to_write_, nullptr);
		to_read = std::exchange(to_read_, false);
	}
	if (to_write) {
		claiming_ = std::move(to_write);
		claim_due_ = MonotonicMs() + kTimeWithin;
		// Nothing is added; the event that tells of it carries the time (ICCCM 2.1).
		XChangeProperty(connection_.display(), window_, atoms_.stamp, XA_STRING, 8, PropModeAppend, nullptr, 0);
	}
	if (!to_read) return;
	if (!owner_.content()) return reader_.Start();
	events_.read({*owner_.content(), std::nullopt});
}

void X11Clipboard::HandleEvents() {
	for (int count = 0; count < kEventsAtOnce; count++) {
		if (connection_.lost() || XPending(connection_.display()) <= 0) return;
		XEvent event;
		XNextEvent(connection_.display(), &event);
		Handle(event);
	}
}

void X11Clipboard::Handle(const XEvent& event) {
	if (event.type == fixes_event_ + XFixesSelectionNotify) {
		const auto& change = reinterpret_cast<const XFixesSelectionNotifyEvent&>(event);
		if (change.selection == atoms_.clipboard && change.owner != None && change.owner != window_) events_.copied();
		return;
	}
	switch (event.type) {
		case SelectionRequest:
			owner_.Answer(event.xselectionrequest);
			break;
		case SelectionClear:
			if (event.xselectionclear.selection == atoms_.clipboard) owner_.Lost();
			break;
		case SelectionNotify:
			if (event.xselection.requestor == window_) reader_.Answered(event.xselection);
			break;
		case PropertyNotify:
			PropertyChanged(event.xproperty);
			break;
		case DestroyNotify:
			owner_.WindowGone(event.xdestroywindow.window);
			break;
		default:
			break;
	}
}

void X11Clipboard::PropertyChanged(const XPropertyEvent& event) {
	if (event.window != window_) {
		if (event.state == PropertyDelete) owner_.PieceTaken(event.window, event.atom);
	} else if (event.state == PropertyNewValue) {
		if (event.atom == atoms_.stamp) {
			Claim(event.time);
		} else {
			reader_.PropertyChanged(event.atom);
		}
	}
}

void X11Clipboard::Claim(Time time) {
	if (!claiming_) return;
	const bool owned = owner_.Claim(std::exchange(claiming_, nullptr), time);
	if (owned) return events_.written(std::nullopt);
	events_.written(ClipboardFailure{"clipboard-taken",
		"Another program took the clipboard of the X display \"" + connection_.name() + "\" meanwhile; paste again."});
}

void X11Clipboard::DropOverdue() {
	const double now = MonotonicMs();
	owner_.DropOverdue(now);
	reader_.DropOverdue(now);
	if (!claiming_ || now < claim_due_) return;
	claiming_ = nullptr;
	events_.written(ClipboardFailure{"clipboard-timeout",
		"Could not write to the clipboard of the X display \"" + connection_.name() +
			"\": its server does not answer."});
}

void X11Clipboard::Wait() {
	std::optional<double> next = owner_.NextDeadline();
	const auto take = [&next](std::optional<double> time) {
		if (time) next = std::min(next.value_or(*time), *time);
	};
	take(reader_.NextDeadline());
	if (claiming_) take(claim_due_);
	wake_.Wait(next ? std::optional(*next - MonotonicMs()) : std::nullopt);
}

}  // namespace porthole
