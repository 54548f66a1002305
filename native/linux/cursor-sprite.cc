#include "cursor-sprite.h"

#include <X11/extensions/Xfixes.h>

#include <cstring>

namespace porthole {

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
		std::memcpy(target, screen + static_cast<std::ptrdiff_t>(area.y + row) * stride + area.x * 4, row_bytes);
		const int cursor_row = area.y + row - cursor.y;
		if (cursor_row < 0 || cursor_row >= cursor.height) continue;
		const int first = std::max(area.x, cursor.x);
		const int last = std::min(area.right(), cursor.right());
		for (int x = first; x < last; x++) {
			const std::uint32_t pixel = pixels_[static_cast<std::size_t>(cursor_row) * width_ + (x - cursor.x)];
			const std::uint32_t alpha = pixel >> 24;
			std::uint8_t* below = target + (x - area.x) * 4;
			below[0] = Over(pixel & 0xff, alpha, below[0]);
			below[1] = Over(pixel >> 8 & 0xff, alpha, below[1]);
			below[2] = Over(pixel >> 16 & 0xff, alpha, below[2]);
		}
	}
}

}  // namespace porthole
