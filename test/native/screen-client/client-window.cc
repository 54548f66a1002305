#include "client-window.h"

#include <X11/Xutil.h>

#include <cstdio>
#include <cstdlib>

namespace porthole::check {

ClientWindow::ClientWindow(const std::string& display_name, const std::string& geometry, long event_mask)
	: display_(XOpenDisplay(display_name.empty() ? nullptr : display_name.c_str())) {
	if (display_ == nullptr) {
		std::fprintf(stderr, "screen-client: cannot open the display \"%s\"\n", display_name.c_str());
		std::exit(1);
	}
	unsigned width = static_cast<unsigned>(width_);
	unsigned height = static_cast<unsigned>(height_);
	XParseGeometry(geometry.c_str(), &x_, &y_, &width, &height);
	width_ = static_cast<int>(width);
	height_ = static_cast<int>(height);
	XSetWindowAttributes attributes{};
	attributes.override_redirect = True;
	attributes.event_mask = event_mask | StructureNotifyMask | ExposureMask;
	attributes.background_pixel = BlackPixel(display_, DefaultScreen(display_));
	window_ = XCreateWindow(display_, DefaultRootWindow(display_), x_, y_, width, height, 0, CopyFromParent,
		InputOutput, nullptr, CWOverrideRedirect | CWEventMask | CWBackPixel, &attributes);
	gc_ = XCreateGC(display_, window_, 0, nullptr);
	XSetGraphicsExposures(display_, gc_, False);
}

ClientWindow::~ClientWindow() {
	XFreeGC(display_, gc_);
	XCloseDisplay(display_);
}

void ClientWindow::Show() {
	XMapRaised(display_, window_);
	XEvent event;
	do {
		XNextEvent(display_, &event);
	} while (event.type != Expose);
	XSetInputFocus(display_, window_, RevertToPointerRoot, CurrentTime);
	XSync(display_, False);
	std::printf("{\"event\":\"ready\",\"x\":%d,\"y\":%d,\"width\":%d,\"height\":%d}\n", x_, y_, width_, height_);
}

void ClientWindow::Put(std::vector<std::uint32_t>& pixels, int width, int height) {
	const int screen = DefaultScreen(display_);
	XImage* image = XCreateImage(display_, DefaultVisual(display_, screen),
		static_cast<unsigned>(DefaultDepth(display_, screen)), ZPixmap, 0, reinterpret_cast<char*>(pixels.data()),
		static_cast<unsigned>(width), static_cast<unsigned>(height), 32, width * 4);
	XPutImage(display_, window_, gc_, image, 0, 0, 0, 0, static_cast<unsigned>(width), static_cast<unsigned>(height));
	image->data = nullptr;
	XDestroyImage(image);
	XSync(display_, False);
}

}  // namespace porthole::check
