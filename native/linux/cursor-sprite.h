#pragma once

#include <cstdint>
#include <vector>

#include "rectangle.h"
#include "x11-connection.h"

namespace porthole {

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

}  // namespace porthole
