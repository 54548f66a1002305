#pragma once

#include <X11/Xlib.h>

namespace porthole {

/// Collects the X protocol errors of the calling thread while it lives; without a trap they are dropped, as a request
/// on a window that has just gone is no reason to stop. Errors of requests without a reply need `Sync` to arrive.
class X11ErrorTrap {
public:
	explicit X11ErrorTrap(Display* display);
	~X11ErrorTrap();
	X11ErrorTrap(const X11ErrorTrap&) = delete;
	X11ErrorTrap& operator=(const X11ErrorTrap&) = delete;

	/// Waits until the server has seen every request; true when none of them failed.
	bool Sync();

	bool caught() const { return error_code_ != 0; }

	/// The process's Xlib error handler.
	static int Handle(Display* display, XErrorEvent* event);

private:
	Display* display_;
	X11ErrorTrap* outer_;
	int error_code_ = 0;
};

}  // namespace porthole
