#include "screen-snapshot.h"

#include <X11/extensions/Xfixes.h>

#include "cursor-sprite.h"
#include "native-error.h"
#include "screen-grabber.h"
#include "x11-connection.h"

namespace porthole {

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
