#pragma once

#include <X11/Xlib.h>
#include <X11/extensions/XShm.h>

#include <cstdint>
#include <string>
#include <vector>

#include "capture/x11-connection.h"
#include "encode/rectangle.h"

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

/// The pointer's picture and place. X draws it outside the root window, so whoever reads the screen must add it.
class CursorSprite {
public:
	/// Asks the server for picture and place.
	void Refresh(X11Connection& connection);

	/// Asks the server for the place alone; true when the pointer has moved.
	bool FollowPointer(X11Connection& connection);

	/// What the pointer covers, pixels of the screen; may reach over its edges.
	Rectangle bounds() const;

	/// Copies `area` of a BGRA screen into `patch` (rows of `area.width` pixels) with the pointer over it.
	void Compose(const std::uint8_t* screen, int stride, const Rectangle& area, std::vector<std::uint8_t>& patch) const;

private:
	int pointer_x_ = 0;
	int pointer_y_ = 0;
	int hot_x_ = 0;
	int hot_y_ = 0;
	int width_ = 0;
	int height_ = 0;
	/// ARGB words with premultiplied alpha.
	std::vector<std::uint32_t> pixels_;
};

/// One picture of a whole screen: BGRA, opaque, rows tightly packed.
struct ScreenSnapshot {
	int width = 0;
	int height = 0;
	std::vector<std::uint8_t> pixels;
};

/// Reads a screen with its pointer over a connection of its own. Throws NativeError when the display cannot be read.
ScreenSnapshot TakeScreenSnapshot(const std::string& display);

}  // namespace porthole
