#include "event-echo.h"

#include <X11/Xutil.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace porthole::check {

namespace {

/// Escapes what JSON does not allow in a string; UTF-8 passes as it is.
std::string JsonText(const char* text, int length) {
	std::string escaped;
	for (int index = 0; index < length; index++) {
		const auto byte = static_cast<unsigned char>(text[index]);
		char buffer[8];
		if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7f) {
			std::snprintf(buffer, sizeof buffer, "\\u%04x", byte);
			escaped += buffer;
		} else {
			escaped += static_cast<char>(byte);
		}
	}
	return escaped;
}

const char* JsonBool(bool value) { return value ? "true" : "false"; }

}  // namespace

EventEcho::EventEcho(ClientWindow& window) : window_(window) {
	// The input method built into Xlib, in a locale that can say every character.
	if (std::setlocale(LC_ALL, "C.UTF-8") == nullptr || XSetLocaleModifiers("@im=none") == nullptr) {
		std::fprintf(stderr, "screen-client: the locale C.UTF-8 is missing\n");
		std::exit(1);
	}
	const XIM input_method = XOpenIM(window.display(), nullptr, nullptr, nullptr);
	input_context_ = input_method == nullptr
		? nullptr
		: XCreateIC(input_method, XNInputStyle, XIMPreeditNothing | XIMStatusNothing, XNClientWindow, window.window(),
			  nullptr);
	if (input_context_ == nullptr) {
		std::fprintf(stderr, "screen-client: Xlib gave no input method\n");
		std::exit(1);
	}
	XSetICFocus(input_context_);
	XSetWindowBackground(window.display(), window.window(), kRestColour);
}

void EventEcho::Run() {
	while (true) {
		XEvent event;
		XNextEvent(window_.display(), &event);
		if (XFilterEvent(&event, None)) continue;
		switch (event.type) {
			case MappingNotify:
				XRefreshKeyboardMapping(&event.xmapping);
				break;
			case ButtonPress:
			case ButtonRelease:
				OnButton(event.xbutton, event.type == ButtonPress);
				break;
			case MotionNotify:
				std::printf("{\"event\":\"motion\",\"x\":%d,\"y\":%d,\"buttons\":%u}\n", event.xmotion.x,
					event.xmotion.y, event.xmotion.state >> 8 & 7);
				break;
			case KeyPress:
			case KeyRelease:
				OnKey(event.xkey, event.type == KeyPress);
				break;
			default:
				break;
		}
	}
}

void EventEcho::OnButton(const XButtonEvent& event, bool down) {
	if (down) {
		pressed_ = !pressed_;
		XSetForeground(window_.display(), window_.gc(), pressed_ ? kPressColour : kRestColour);
		XFillRectangle(window_.display(), window_.window(), window_.gc(), 0, 0, static_cast<unsigned>(window_.width()),
			static_cast<unsigned>(window_.height()));
		XFlush(window_.display());
	}
	std::printf("{\"event\":\"button\",\"down\":%s,\"button\":%u,\"x\":%d,\"y\":%d}\n", JsonBool(down), event.button,
		event.x, event.y);
}

void EventEcho::OnKey(XKeyEvent& event, bool down) {
	char text[64];
	KeySym keysym = NoSymbol;
	int length = 0;
	if (down) {
		Status status;
		length = Xutf8LookupString(input_context_, &event, text, sizeof text, &keysym, &status);
		if (status != XLookupChars && status != XLookupBoth) length = 0;
	} else {
		XLookupString(&event, nullptr, 0, &keysym, nullptr);
	}
	const char* name = XKeysymToString(keysym);
	std::printf("{\"event\":\"key\",\"down\":%s,\"keycode\":%u,\"keysym\":\"%s\"}\n", JsonBool(down), event.keycode,
		name == nullptr ? "" : name);
	if (length > 0) std::printf("{\"event\":\"text\",\"text\":\"%s\"}\n", JsonText(text, length).c_str());
}

}  // namespace porthole::check
