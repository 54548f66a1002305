#pragma once

#include <X11/Xlib.h>
#include <X11/extensions/XShm.h>

#include <cstdint>
#include <vector>

#include "rectangle.h"
#include "x11-connection.h"

namespace porthole {

/// Reads the root window into one BGRA buffer of a fixed size: through shared memory, or over the connection where the
/// server cannot share memory with us. The buffer keeps what was read before.
class ScreenGrabber {
public:
	/// Throws NativeError `display-unsupported` when the screen is not 32 bits a pixel in BGRA order.
	ScreenGrabber(X11Connection& connection, X11Connection::Size size);
	~ScreenGrabber();
	ScreenGrabber(const ScreenGrabber&) = delete;
	ScreenGrabber& operator=(const ScreenGrabber&) = delete;

	int width() const { return size_.width; }
	int height() const { return size_.height; }
	int stride() const { return size_.width * 4; }
	const std::uint8_t* pixels() const { return pixels_; }
	bool shared() const { return image_ != nullptr; }

	/// Reads the rows that `part` touches. False when the server refused, as it does when the screen has shrunk.
	bool Grab(const Rectangle& part);

private:
	void CheckFormat() const;
	bool AttachSharedMemory();
	bool GrabShared(int y, int height);
	bool GrabOverConnection(int y, int height);

	X11Connection& connection_;
	X11Connection::Size size_;
	XShmSegmentInfo segment_{};
	XImage* image_ = nullptr;
	std::vector<std::uint8_t> unshared_;
	std::uint8_t* pixels_ = nullptr;
};

}  // namespace porthole
