#pragma once

#include <X11/Xlib.h>

#include <string>

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

/// One connection to an X server, for one thread at a time. A server that goes away only sets `lost()`: Xlib's own
/// answer would be to end the process.
class X11Connection {
public:
	/// Throws NativeError `display-unreachable`.
	explicit X11Connection(std::string display_name);
	~X11Connection();
	X11Connection(const X11Connection&) = delete;
	X11Connection& operator=(const X11Connection&) = delete;

	Display* display() const { return display_; }
	Window root() const { return DefaultRootWindow(display_); }
	const std::string& name() const { return name_; }
	int descriptor() const { return ConnectionNumber(display_); }

	/// True once the server has gone; calls on the connection then do nothing.
	bool lost() const { return lost_; }

	struct Size {
		int width = 0;
		int height = 0;
		friend bool operator==(const Size&, const Size&) = default;
	};

	/// Size of the whole screen now, asked from the server.
	Size QuerySize() const;

	/// Throws NativeError `display-lacks-extension` when `present` is false, `display-vanished` when the server has gone.
	void RequireExtension(bool present, const char* extension) const;

	/// What to report when `lost()`.
	std::string LostMessage() const;

private:
	std::string name_;
	Display* display_;
	bool lost_ = false;
};

}  // namespace porthole
