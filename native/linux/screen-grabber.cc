#include "screen-grabber.h"

#include <X11/Xutil.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#include <algorithm>
#include <cstring>

#include "native-error.h"
#include "x11-error-trap.h"

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
	throw NativeError("display-unsupported", "The X display \"" + connection_.name() + "\" has " +
		std::to_string(bits) + " bits a pixel; only 32 in the order B, G, R, X are read. Start its server with depth 24.");
}

bool ScreenGrabber::AttachSharedMemory() {
	Display* display = connection_.display();
	if (!XShmQueryExtension(display)) return false;
	segment_.shmid = shmget(IPC_PRIVATE, static_cast<std::size_t>(stride()) * height(), IPC_CREAT | 0600);
	if (segment_.shmid < 0) return false;
	segment_.shmaddr = static_cast<char*>(shmat(segment_.shmid, nullptr, 0));
	segment_.readOnly = False;
	bool attached = false;
	if (segment_.shmaddr != reinterpret_cast<char*>(-1)) {
		X11ErrorTrap trap(display);
		attached = XShmAttach(display, &segment_) && trap.Sync() && !connection_.lost();
		if (!attached) shmdt(segment_.shmaddr);
	}
	// Marked for removal at once, so that no segment outlives a killed process.
	shmctl(segment_.shmid, IPC_RMID, nullptr);
	if (!attached) return false;
	const int screen = DefaultScreen(display);
	image_ = XShmCreateImage(display, DefaultVisual(display, screen),
		static_cast<unsigned>(DefaultDepth(display, screen)), ZPixmap, segment_.shmaddr, &segment_,
		static_cast<unsigned>(width()), static_cast<unsigned>(height()));
	pixels_ = reinterpret_cast<std::uint8_t*>(segment_.shmaddr);
	return true;
}

bool ScreenGrabber::Grab(const Rectangle& part) {
	const Rectangle rows = part.ClippedTo(width(), height());
	if (rows.empty()) return true;
	return shared() ? GrabShared(rows.y, rows.height) : GrabOverConnection(rows.y, rows.height);
}

bool ScreenGrabber::GrabShared(int y, int height) {
	X11ErrorTrap trap(connection_.display());
	// The request's offset into the segment is where `data` points; its size is that of the image.
	image_->data = segment_.shmaddr + static_cast<std::ptrdiff_t>(y) * stride();
	image_->height = height;
	return XShmGetImage(connection_.display(), connection_.root(), image_, 0, y, AllPlanes) && !trap.caught() &&
		!connection_.lost();
}

bool ScreenGrabber::GrabOverConnection(int y, int height) {
	X11ErrorTrap trap(connection_.display());
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

}  // namespace porthole
