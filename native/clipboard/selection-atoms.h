#pragma once

#include <X11/Xatom.h>
#include <X11/Xlib.h>

namespace porthole {

/// Names of the selection protocol (ICCCM 2), as one server numbers them.
struct SelectionAtoms {
	explicit SelectionAtoms(Display* display);

	Atom clipboard;
	Atom targets;
	Atom timestamp;
	Atom multiple;
	Atom atom_pair;
	Atom incr;
	Atom utf8_string;
	Atom text_plain_utf8;
	Atom image_png;
	/// A target that marks a password (freedesktop.org, of KDE's origin).
	Atom password_hint;
	/// A property of our own, which is touched to learn the server's time.
	Atom stamp;
};

}  // namespace porthole
