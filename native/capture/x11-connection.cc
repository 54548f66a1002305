#include "capture/x11-connection.h"

#include <X11/extensions/XInput2.h>
#include <unistd.h>

#include <csetjmp>
#include <mutex>
#include <utility>

#include "native-error.h"

namespace porthole {

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): Xlib tells its error handler of no context.
thread_local X11ErrorTrap* innermost = nullptr;

/// Where this thread goes on when the server goes away inside XOpenDisplay.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): Xlib tells its error handler of no context.
thread_local std::jmp_buf* opening = nullptr;

/// What Xlib does when this returns is up to `OnLost`, once a display is open. Before that it exits the process, and
/// gives nobody the display to change that; so this does not return then. What the display holds stays, some kilobytes.
void OnIoError(Display* display) {
	if (opening == nullptr) return;
	close(ConnectionNumber(display));
	std::longjmp(*opening, 1);
}

/// Null when the server cannot be reached or goes away meanwhile.
Display* OpenDisplay(const char* name) {
	std::jmp_buf gone;
	opening = &gone;
	Display* volatile display = nullptr;
	if (setjmp(gone) == 0) {
		display = XOpenDisplay(name);
		// Opens the Generic Event Extension too, which frees the same memory twice if the server goes away meanwhile
		// (libXext 1.3.4).
		int major = 2;
		int minor = 0;
		if (display != nullptr) XIQueryVersion(display, &major, &minor);
	} else {
		display = nullptr;
	}
	opening = nullptr;
	return display;
}

/// Xlib reports on standard error and exits by default; both handlers are one for the whole process.
void TameXlib() {
	static std::once_flag once;
	std::call_once(once, [] {
		XInitThreads();
		XSetErrorHandler(X11ErrorTrap::Handle);
		XSetIOErrorHandler([](Display* display) {
			OnIoError(display);
			return 0;
		});
	});
}

void OnLost(Display* display, void* lost) {
	*static_cast<bool*>(lost) = true;
	// Xlib leaves the display locked for this thread, as it expects it to exit; another one may have to close it.
	XUnlockDisplay(display);
}

}  // namespace

X11ErrorTrap::X11ErrorTrap(Display* display) : display_(display), outer_(innermost) { innermost = this; }

X11ErrorTrap::~X11ErrorTrap() { innermost = outer_; }

bool X11ErrorTrap::Sync() {
	XSync(display_, False);
	return !caught();
}

int X11ErrorTrap::Handle(Display* display, XErrorEvent* event) {
	for (X11ErrorTrap* trap = innermost; trap != nullptr; trap = trap->outer_) {
		if (trap->display_ == display) {
			trap->error_code_ = event->error_code;
			break;
		}
	}
	return 0;
}

X11Connection::X11Connection(std::string display_name) : name_(std::move(display_name)) {
	TameXlib();
	display_ = OpenDisplay(name_.c_str());
	if (display_ == nullptr) {
		throw NativeError("display-unreachable",
			"Could not connect to the X display \"" + name_ +
				"\". Check that its server runs and that this user may use it (xhost, XAUTHORITY).");
	}
	XSetIOErrorExitHandler(display_, OnLost, &lost_);
}

X11Connection::~X11Connection() { XCloseDisplay(display_); }

X11Connection::Size X11Connection::QuerySize() const {
	Window root;
	int x;
	int y;
	unsigned width = 0;
	unsigned height = 0;
	unsigned border;
	unsigned depth;
	XGetGeometry(display_, this->root(), &root, &x, &y, &width, &height, &border, &depth);
	return {static_cast<int>(width), static_cast<int>(height)};
}

void X11Connection::RequireExtension(bool present, const char* extension) const {
	if (present) return;
	if (lost_) throw NativeError("display-vanished", LostMessage());
	throw NativeError("display-lacks-extension",
		"The X display \"" + name_ + "\" has no " + extension + " extension; start its server with it enabled.");
}

std::string X11Connection::LostMessage() const {
	return "The X display \"" + name_ + "\" closed its connection; its server has ended or cut this client off.";
}

}  // namespace porthole
