#pragma once

#include <X11/Xlib.h>

#include <string>

namespace porthole {

/// One connection to an X server, for one thread at a time. A server that goes away only sets `lost()`: Xlib's own
/// answer would be to end the process.
class X11Connection {
public:
	/// Throws NativeError `display-unreachable`.
	explicit X11Connection(const std::string& display_name);
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

	/// Throws NativeError `display-lacks-extension` when `present` is false.
	void RequireExtension(bool present, const char* extension) const;

	/// What to report when `lost()`.
	std::string LostMessage() const;

private:
	std::string name_;
	Display* display_;
	bool lost_ = false;
};

}  // namespace porthole
