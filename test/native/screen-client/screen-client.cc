/// A small X program for tests and benches: shows something on a display and tells what input it gets.
///
///   screen-client clock  [--hz 57] [--region small|full]
///   screen-client scroll [--fps 60] [--clock]
///   screen-client video  [--fps 60] [--clock]
///   screen-client echo
///
/// All take --display NAME and --geometry WxH+X+Y. Each prints {"event":"ready",…} once its window is up, and runs until
/// it is ended or its display goes away. The clock's layout is in clock-strip.h, echo's lines are in event-echo.h.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "client-window.h"
#include "event-echo.h"
#include "moving-content.h"

namespace {

using porthole::check::ClientWindow;
using porthole::check::EventEcho;

struct Options {
	std::string mode;
	std::string display;
	std::string geometry = "640x480+0+0";
	double rate = 60;
	bool whole_window = false;
	bool clock = false;
};

[[noreturn]] void Fail(const std::string& message) {
	std::fprintf(stderr, "screen-client: %s\n", message.c_str());
	std::exit(2);
}

Options Parse(int count, char** arguments) {
	if (count < 2) Fail("name a mode: clock, scroll, video or echo");
	Options options;
	options.mode = arguments[1];
	for (int index = 2; index < count; index++) {
		const std::string name = arguments[index];
		if (name == "--clock") {
			options.clock = true;
			continue;
		}
		if (index + 1 >= count) Fail(name + " needs a value");
		const std::string value = arguments[++index];
		if (name == "--display") {
			options.display = value;
		} else if (name == "--geometry") {
			options.geometry = value;
		} else if (name == "--hz" || name == "--fps") {
			options.rate = std::atof(value.c_str());
			if (options.rate <= 0) Fail(name + " must be above 0");
		} else if (name == "--region") {
			options.whole_window = value == "full";
		} else {
			Fail("unknown option " + name);
		}
	}
	return options;
}

void Run(const Options& options) {
	ClientWindow window(options.display, options.geometry, options.mode == "echo" ? EventEcho::kEventMask : 0);
	if (options.mode == "echo") {
		EventEcho echo(window);
		window.Show();
		echo.Run();
	}
	window.Show();
	if (options.mode == "clock") {
		RunClock(window, options.rate, options.whole_window);
	} else if (options.mode == "scroll") {
		RunScroll(window, options.rate, options.clock);
	} else if (options.mode == "video") {
		RunVideo(window, options.rate, options.clock);
	} else {
		Fail("unknown mode " + options.mode);
	}
}

}  // namespace

int main(int count, char** arguments) {
	// A test reads line by line through a pipe.
	std::setvbuf(stdout, nullptr, _IOLBF, 0);
	Run(Parse(count, arguments));
	return 0;
}
