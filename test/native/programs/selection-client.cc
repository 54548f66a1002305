/// A program that uses CLIPBOARD in ways that the well-behaved ones do not. Arguments: the display, and what to do:
///
///   own TARGET TYPE FORMAT [HEX]  gives these bytes, as that type, to whoever wants TARGET; without HEX an endless text
///   own-late TARGET                claims, and answers nothing
///   take-one                       asks for UTF8_STRING and never takes more than the first answer
///   leave                          asks for UTF8_STRING, and ends as soon as it is answered
///   multiple                       asks for TIMESTAMP, UTF8_STRING and something that nobody has, at once
///
/// Prints a line for what happened; ends with its input.

#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr int kBase = 16;
constexpr std::size_t kEndlessPiece = 65536;

Display* display;
Window window;

Atom Named(const char* name) { return XInternAtom(display, name, False); }

void Say(const std::string& line) {
	std::printf("%s\n", line.c_str());
	std::fflush(stdout);
}

void Change(Window of, Atom property, Atom type, int format, const void* data, std::size_t count) {
	XChangeProperty(display, of, property, type, format, PropModeReplace, static_cast<const unsigned char*>(data),
		static_cast<int>(count));
}

/// What it gives, as its arguments say.
struct Offer {
	Atom target = None;
	Atom type = None;
	int format = 8;
	std::string bytes;
	bool endless = false;
	bool silent = false;
};

void Answer(const Offer& offer, const XSelectionRequestEvent& request) {
	if (offer.silent) return Say("asked");
	Atom given = request.property;
	if (request.target == Named("TARGETS")) {
		Change(request.requestor, request.property, XA_ATOM, 32, &offer.target, 1);
	} else if (request.target != offer.target) {
		given = None;
	} else if (offer.endless) {
		const long least = 1;
		XSelectInput(display, request.requestor, PropertyChangeMask);
		Change(request.requestor, request.property, Named("INCR"), 32, &least, 1);
	} else if (offer.format == 32) {
		const std::vector<long> words(offer.bytes.begin(), offer.bytes.end());
		Change(request.requestor, request.property, offer.type, 32, words.data(), words.size());
	} else {
		Change(request.requestor, request.property, offer.type, 8, offer.bytes.data(), offer.bytes.size());
	}
	XEvent answer{};
	answer.xselection.type = SelectionNotify;
	answer.xselection.requestor = request.requestor;
	answer.xselection.selection = request.selection;
	answer.xselection.target = request.target;
	answer.xselection.property = given;
	answer.xselection.time = request.time;
	XSendEvent(display, request.requestor, False, NoEventMask, &answer);
}

void GivePiece(const Offer& offer, const XPropertyEvent& event) {
	if (!offer.endless || event.state != PropertyDelete || event.window == window) return;
	const std::string piece(kEndlessPiece, 'x');
	Change(event.window, event.atom, offer.type, 8, piece.data(), piece.size());
	Say("piece");
}

void Ask(const std::string& how) {
	const Atom property = Named("ANSWER");
	if (how == "multiple") {
		const Atom pairs[] = {Named("TIMESTAMP"), Named("ONE"), Named("UTF8_STRING"), Named("TWO"), Named("NOBODY"),
			Named("THREE")};
		Change(window, property, Named("ATOM_PAIR"), 32, pairs, std::size(pairs));
		XConvertSelection(display, Named("CLIPBOARD"), Named("MULTIPLE"), property, window, CurrentTime);
	} else {
		XConvertSelection(display, Named("CLIPBOARD"), Named("UTF8_STRING"), property, window, CurrentTime);
	}
}

std::string Read(Atom property, Atom* type, int* format) {
	unsigned long count = 0;
	unsigned long left = 0;
	unsigned char* data = nullptr;
	XGetWindowProperty(display, window, property, 0, 1024, False, AnyPropertyType, type, format, &count, &left, &data);
	const std::string bytes(reinterpret_cast<char*>(data), *format == 32 ? count * sizeof(long) : count);
	XFree(data);
	return bytes;
}

void Answered(const std::string& how, const XSelectionEvent& answer) {
	Atom type = None;
	int format = 0;
	if (answer.property == None) return Say("refused");
	const std::string bytes = Read(answer.property, &type, &format);
	if (how != "multiple") {
		Say(type == Named("INCR") ? "incremental" : "whole");
		if (how == "leave") std::_Exit(0);
		return;
	}
	const auto* pairs = reinterpret_cast<const Atom*>(bytes.data());
	const bool refused = bytes.size() == 6 * sizeof(Atom) && pairs[5] == None;
	const std::string text = Read(Named("TWO"), &type, &format);
	const std::string time = Read(Named("ONE"), &type, &format);
	Say("time " + std::to_string(time.size() / sizeof(long)) + ", text " + text + (refused ? ", refused" : ""));
}

std::string FromHex(const std::string& hex) {
	std::string bytes;
	for (std::size_t index = 0; index + 1 < hex.size(); index += 2) {
		bytes.push_back(static_cast<char>(std::stoi(hex.substr(index, 2), nullptr, kBase)));
	}
	return bytes;
}

}  // namespace

int main(int count, char** arguments) {
	if (count < 3) return 2;
	display = XOpenDisplay(arguments[1]);
	if (display == nullptr) return 1;
	window = XCreateSimpleWindow(display, DefaultRootWindow(display), 0, 0, 1, 1, 0, 0, 0);
	XSelectInput(display, window, PropertyChangeMask);
	const std::string how = arguments[2];
	Offer offer;
	if (how == "own" || how == "own-late") {
		offer.silent = how == "own-late";
		offer.target = Named(arguments[3]);
		offer.type = count > 4 ? Named(arguments[4]) : offer.target;
		offer.format = count > 5 ? std::atoi(arguments[5]) : 8;
		offer.endless = count <= 6;
		if (count > 6) offer.bytes = FromHex(arguments[6]);
		XSetSelectionOwner(display, Named("CLIPBOARD"), window, CurrentTime);
		XSync(display, False);
		Say("owned");
	} else {
		Ask(how);
	}
	pollfd waits[] = {{STDIN_FILENO, POLLIN, 0}, {ConnectionNumber(display), POLLIN, 0}};
	for (;;) {
		while (XPending(display) > 0) {
			XEvent event;
			XNextEvent(display, &event);
			if (event.type == SelectionRequest) Answer(offer, event.xselectionrequest);
			if (event.type == PropertyNotify) GivePiece(offer, event.xproperty);
			if (event.type == SelectionNotify) Answered(how, event.xselection);
			if (event.type == SelectionClear) Say("lost");
		}
		XFlush(display);
		poll(waits, 2, -1);
		if (waits[0].revents != 0) return 0;
	}
}
