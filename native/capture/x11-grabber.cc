#include "capture/x11-grabber.h"

#include <X11/Xutil.h>
#include <X11/extensions/Xfixes.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "capture/x11-connection.h"
#include "native-error.h"

namespace porthole {

ScreenGrabber::ScreenGrabber(X11Connection& connection, X11Connection::Size size)
	: connection_(connection), size_(size) {
	CheckFormat();
	if (AttachSharedMemory()) return;
	unshared_.resize(static_cast<std::size_t>(stride()) * height());
	pixels_ = unshared_.data();
}

ScreenGrabber::~ScreenGrabber() {
	if (image_ == nullptr) return;
	if (!connection_.lost()) XShmDetach(connection_.display(), &segment_);
	image_->data = nullptr;
	XDestroyImage(image_);
	shmdt(segment_.shmaddr);
}

void ScreenGrabber::CheckFormat() const {
	Display* display = connection_.display();
	const Visual* visual = DefaultVisual(display, DefaultScreen(display));
	int bits = 0;
	int count = 0;
	XPixmapFormatValues* formats = XListPixmapFormats(display, &count);
	for (int index = 0; index < count; index++) {
		if (formats[index].depth == DefaultDepth(display, DefaultScreen(display))) bits = formats[index].bits_per_pixel;
	}
	if (formats != nullptr) XFree(formats);
	const bool bgra = bits == 32 && ImageByteOrder(display) == LSBFirst && visual->red_mask == 0xff0000 &&
		visual->green_mask == 0xff00 && visual->blue_mask == 0xff;
	if (bgra || connection_.lost()) return;
	throw NativeError("display-unsupported",
		"The X display \"" + connection_.name() + "\" has " + std::to_string(bits) +
			" bits a pixel; only 32 in the order B, G, R, X are read. Start its server with depth 24.");
}

bool ScreenGrabber::AttachSharedMemory() {
	Display* display = connection_.display();
	if (!XShmQueryExtension(display)) return false;
	segment_.shmid = shmget(IPC_PRIVATE, static_cast<std::size_t>(stride()) * height(), IPC_CREAT | 0600);
	if (segment_.shmid < 0) return false;
	segment_.shmaddr = static_cast<char*>(shmat(segment_.shmid, nullptr, 0));
	segment_.readOnly = False;
	bool attached = false;
	if (reinterpret_cast<std::intptr_t>(segment_.shmaddr) != -1) {
		X11ErrorTrap trap(display);
		attached = XShmAttach(display, &segment_) && trap.Sync() && !connection_.lost();
		if (!attached) shmdt(segment_.shmaddr);
	}
	// Marked for removal at once, so that no segment outlives a killed process.
	shmctl(segment_.shmid, IPC_RMID, nullptr);
	if (!attached) return false;
	const int screen = DefaultScreen(display);
	image_ =
		XShmCreateImage(display, DefaultVisual(display, screen), static_cast<unsigned>(DefaultDepth(display, screen)),
			ZPixmap, segment_.shmaddr, &segment_, static_cast<unsigned>(width()), static_cast<unsigned>(height()));
	pixels_ = reinterpret_cast<std::uint8_t*>(segment_.shmaddr);
	return true;
}

bool ScreenGrabber::Grab(const Rectangle& part) {
	const Rectangle rows = part.ClippedTo(width(), height());
	if (rows.empty()) return true;
	return shared() ? GrabShared(rows.y, rows.height) : GrabOverConnection(rows.y, rows.height);
}

bool ScreenGrabber::GrabShared(int y, int height) {
	const X11ErrorTrap trap(connection_.display());
	// The request's offset into the segment is where `data` points; its size is that of the image.
	image_->data = segment_.shmaddr + static_cast<std::ptrdiff_t>(y) * stride();
	image_->height = height;
	return XShmGetImage(connection_.display(), connection_.root(), image_, 0, y, AllPlanes) && !trap.caught() &&
		!connection_.lost();
}

bool ScreenGrabber::GrabOverConnection(int y, int height) {
	const X11ErrorTrap trap(connection_.display());
	XImage* image = XGetImage(connection_.display(), connection_.root(), 0, y, static_cast<unsigned>(width()),
		static_cast<unsigned>(height), AllPlanes, ZPixmap);
	if (image == nullptr) return false;
	const auto row_bytes = static_cast<std::size_t>(std::min(stride(), image->bytes_per_line));
	for (int row = 0; row < height; row++) {
		std::memcpy(pixels_ + static_cast<std::size_t>(y + row) * stride(),
			image->data + static_cast<std::size_t>(row) * image->bytes_per_line, row_bytes);
	}
	XDestroyImage(image);
	return true;
}

namespace {

std::uint8_t Over(std::uint32_t source, std::uint32_t alpha, std::uint8_t below) {
	return static_cast<std::uint8_t>(source + (below * (255 - alpha) + 127) / 255);
}

}  // namespace

void CursorSprite::Refresh(X11Connection& connection) {
	XFixesCursorImage* image = XFixesGetCursorImage(connection.display());
	if (image == nullptr) return;
	pointer_x_ = image->x;
	pointer_y_ = image->y;
	hot_x_ = image->xhot;
	hot_y_ = image->yhot;
	width_ = image->width;
	height_ = image->height;
	// Xlib hands out 32-bit pixels as longs.
	pixels_.assign(image->pixels, image->pixels + static_cast<std::size_t>(width_) * height_);
	XFree(image);
}

bool CursorSprite::FollowPointer(X11Connection& connection) {
	Window root;
	Window child;
	int x;
	int y;
	int window_x;
	int window_y;
	unsigned mask;
	if (!XQueryPointer(connection.display(), connection.root(), &root, &child, &x, &y, &window_x, &window_y, &mask)) {
		return false;
	}
	const bool moved = x != pointer_x_ || y != pointer_y_;
	pointer_x_ = x;
	pointer_y_ = y;
	return moved;
}

Rectangle CursorSprite::bounds() const { return {pointer_x_ - hot_x_, pointer_y_ - hot_y_, width_, height_}; }

void CursorSprite::Compose(const std::uint8_t* screen, int stride, const Rectangle& area,
	std::vector<std::uint8_t>& patch) const {
	const std::size_t row_bytes = static_cast<std::size_t>(area.width) * 4;
	patch.resize(row_bytes * area.height);
	const Rectangle cursor = bounds();
	for (int row = 0; row < area.height; row++) {
		std::uint8_t* target = patch.data() + row_bytes * row;
		std::memcpy(target, screen + static_cast<std::ptrdiff_t>(area.y + row) * stride + std::ptrdiff_t{area.x} * 4,
			row_bytes);
		const int cursor_row = area.y + row - cursor.y;
		if (cursor_row < 0 || cursor_row >= cursor.height) continue;
		const int first = std::max(area.x, cursor.x);
		const int last = std::min(area.right(), cursor.right());
		for (int x = first; x < last; x++) {
			const std::uint32_t pixel = pixels_[static_cast<std::size_t>(cursor_row) * width_ + (x - cursor.x)];
			const std::uint32_t alpha = pixel >> 24;
			std::uint8_t* below = target + std::ptrdiff_t{x - area.x} * 4;
			below[0] = Over(pixel & 0xff, alpha, below[0]);
			below[1] = Over(pixel >> 8 & 0xff, alpha, below[1]);
			below[2] = Over(pixel >> 16 & 0xff, alpha, below[2]);
		}
	}
}

ScreenSnapshot TakeScreenSnapshot(const std::string& display) {
	X11Connection connection(display);
	const X11Connection::Size size = connection.QuerySize();
	ScreenGrabber grabber(connection, size);
	const Rectangle whole{0, 0, size.width, size.height};
	if (!grabber.Grab(whole)) {
		throw NativeError("capture-failed", "The X display \"" + display + "\" refused to be read; try again.");
	}
	CursorSprite cursor;
	int event_base;
	int error_base;
	int major = 4;
	int minor = 0;
	if (XFixesQueryExtension(connection.display(), &event_base, &error_base) &&
		XFixesQueryVersion(connection.display(), &major, &minor)) {
		cursor.Refresh(connection);
	}
	ScreenSnapshot snapshot{size.width, size.height, {}};
	cursor.Compose(grabber.pixels(), grabber.stride(), whole, snapshot.pixels);
	// X leaves the fourth byte of a pixel undefined.
	for (std::size_t alpha = 3; alpha < snapshot.pixels.size(); alpha += 4) snapshot.pixels[alpha] = 255;
	return snapshot;
}

}  // namespace porthole
