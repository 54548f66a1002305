#include "capture/x11-screen-watch.h"

#include <X11/extensions/XInput2.h>
#include <X11/extensions/Xrandr.h>

namespace porthole {

ScreenWatch::ScreenWatch(X11Connection& connection) : connection_(connection) {
	Display* display = connection.display();
	int error_base;
	connection.RequireExtension(XFixesQueryExtension(display, &fixes_event_, &error_base), "XFIXES");
	connection.RequireExtension(XDamageQueryExtension(display, &damage_event_, &error_base), "DAMAGE");
	int major = 4;
	int minor = 0;
	XFixesQueryVersion(display, &major, &minor);
	major = 1;
	minor = 1;
	XDamageQueryVersion(display, &major, &minor);

	XSelectInput(display, connection.root(), StructureNotifyMask);
	if (XRRQueryExtension(display, &randr_event_, &error_base)) {
		XRRSelectInput(display, connection.root(), RRScreenChangeNotifyMask);
	} else {
		randr_event_ = -1;
	}
	XFixesSelectCursorInput(display, connection.root(), XFixesDisplayCursorNotifyMask);
	FindInputExtension();
	FollowPointer(true);
	// One event until the damage is taken, however much is drawn: the cheapest level.
	damage_ = XDamageCreate(display, connection.root(), XDamageReportNonEmpty);
	region_ = XFixesCreateRegion(display, nullptr, 0);
}

ScreenWatch::~ScreenWatch() {
	if (connection_.lost()) return;
	XFixesDestroyRegion(connection_.display(), region_);
	XDamageDestroy(connection_.display(), damage_);
}

void ScreenWatch::FindInputExtension() {
	Display* display = connection_.display();
	int event_base;
	int error_base;
	if (!XQueryExtension(display, "XInputExtension", &input_opcode_, &event_base, &error_base)) {
		input_opcode_ = -1;
		return;
	}
	int major = 2;
	int minor = 0;
	if (XIQueryVersion(display, &major, &minor) != Success) {
		input_opcode_ = -1;
	}
}

void ScreenWatch::FollowPointer(bool follow) {
	follows_pointer_ = follow;
	if (!watches_pointer() || connection_.lost()) return;
	unsigned char bits[XIMaskLen(XI_RawMotion)] = {};
	if (follow) XISetMask(bits, XI_RawMotion);
	XIEventMask mask{XIAllMasterDevices, sizeof bits, bits};
	XISelectEvents(connection_.display(), connection_.root(), &mask, 1);
	XFlush(connection_.display());
}

ScreenWatch::Changes ScreenWatch::ReadEvents() {
	Changes changes;
	while (!connection_.lost() && XPending(connection_.display()) > 0) {
		XEvent event;
		XNextEvent(connection_.display(), &event);
		if (event.type == damage_event_ + XDamageNotify) {
			changes.pixels = true;
		} else if (event.type == fixes_event_ + XFixesCursorNotify) {
			changes.cursor_shape = true;
		} else if (randr_event_ >= 0 && event.type == randr_event_ + RRScreenChangeNotify) {
			XRRUpdateConfiguration(&event);
			changes.size = true;
		} else if (event.type == ConfigureNotify) {
			changes.size = true;
		} else if (event.type == GenericEvent && event.xcookie.extension == input_opcode_) {
			changes.pointer = true;
		}
	}
	return changes;
}

void ScreenWatch::TakeDamage(ChangedRegion& region) {
	Display* display = connection_.display();
	XDamageSubtract(display, damage_, None, region_);
	int count = 0;
	XRectangle* parts = XFixesFetchRegion(display, region_, &count);
	if (parts == nullptr) return;
	for (int index = 0; index < count; index++) {
		region.Add({parts[index].x, parts[index].y, parts[index].width, parts[index].height});
	}
	XFree(parts);
}

}  // namespace porthole
