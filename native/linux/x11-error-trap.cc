#include "x11-error-trap.h"

namespace porthole {

namespace {

thread_local X11ErrorTrap* innermost = nullptr;

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

}  // namespace porthole
