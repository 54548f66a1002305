#pragma once

#include <X11/Xlib.h>

#include <cstdint>
#include <string>
#include <vector>

namespace porthole::check {

/// A window on top of everything, not managed by any window manager, at exactly the geometry asked for. Errors of the
/// display end the program: a test sees that.
class ClientWindow {
public:
	/// `geometry` as X writes it, such as 640x480+10+20.
	ClientWindow(const std::string& display_name, const std::string& geometry, long event_mask);
	~ClientWindow();
	ClientWindow(const ClientWindow&) = delete;
	ClientWindow& operator=(const ClientWindow&) = delete;

	Display* display() const { return display_; }
	Window window() const { return window_; }
	GC gc() const { return gc_; }
	int width() const { return width_; }
	int height() const { return height_; }

	/// Shows the window, waits until it is there, takes the keyboard focus and prints the `ready` line.
	void Show();

	/// Puts rows of a BGRX picture as wide as given at the window's origin; the server has drawn when this returns.
	void Put(std::vector<std::uint32_t>& pixels, int width, int height);

private:
	Display* display_;
	Window window_ = 0;
	GC gc_ = nullptr;
	int x_ = 0;
	int y_ = 0;
	int width_ = 640;
	int height_ = 480;
};

}  // namespace porthole::check
