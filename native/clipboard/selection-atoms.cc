#include "clipboard/selection-atoms.h"

namespace porthole {

namespace {

Atom Intern(Display* display, const char* name) { return XInternAtom(display, name, False); }

}  // namespace

SelectionAtoms::SelectionAtoms(Display* display)
	: clipboard(Intern(display, "CLIPBOARD")),
	  targets(Intern(display, "TARGETS")),
	  timestamp(Intern(display, "TIMESTAMP")),
	  multiple(Intern(display, "MULTIPLE")),
	  atom_pair(Intern(display, "ATOM_PAIR")),
	  incr(Intern(display, "INCR")),
	  utf8_string(Intern(display, "UTF8_STRING")),
	  text_plain_utf8(Intern(display, "text/plain;charset=utf-8")),
	  image_png(Intern(display, "image/png")),
	  password_hint(Intern(display, "x-kde-passwordManagerHint")),
	  stamp(Intern(display, "PORTHOLE_STAMP")) {}

}  // namespace porthole
