#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "capture/x11-connection.h"
#include "guarded-thread.h"
#include "input/input-queue.h"
#include "input/keyboard.h"
#include "input/xtest-input.h"
#include "net/wait-set.h"

namespace porthole {

/// Injects input into one X display on its own thread, in the order given: neither a slow server nor a long text with
/// its pauses holds up the caller.
class X11Injector {
public:
	/// `on_end` runs on the thread, at most once, with `display-vanished` or `input-failed`.
	/// Throws NativeError when the display cannot be used.
	X11Injector(const std::string& display, OnFailure on_end);
	~X11Injector();

	/// False when too much input waits already.
	bool Push(InputCommand command);

	/// Pixels; follows changes by itself.
	X11Connection::Size size() const;

	/// Lowest and highest keycode of the server.
	int least_keycode() const { return least_keycode_; }
	int most_keycode() const { return most_keycode_; }

	/// Releases everything, gives lent keycodes back and ends the thread. Waiting input is dropped.
	void Close();

private:
	void Run();
	bool RunPending();
	void ReadEvents();
	void OnEvent(XEvent& event);
	void Execute(const InputCommand& command);
	bool WaitUntil(double time);
	void RestoreWhenDue();
	void ReleaseAll();
	void Finish();

	X11Connection connection_;
	XTestInput pressed_;
	Keyboard keyboard_;
	const OnFailure on_end_;
	InputQueue queue_;
	WaitSet wake_;
	std::atomic<X11Connection::Size> size_;
	int least_keycode_ = 0;
	int most_keycode_ = 0;
	/// Of XKB's events; -1 where the server has none.
	int xkb_event_ = -1;
	std::atomic<bool> closing_{false};
	GuardedThread thread_;
};

}  // namespace porthole
