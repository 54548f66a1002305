#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "capture/x11-connection.h"
#include "input/input-queue.h"
#include "input/pressed-keys.h"
#include "input/text-typist.h"
#include "net/wait-set.h"

namespace porthole {

/// Injects input into one X display on its own thread, in the order given: neither a slow server nor a long text with
/// its pauses holds up the caller.
class X11Input {
public:
	/// `on_lost` runs on the thread, at most once, when the server goes away.
	/// Throws NativeError when the display cannot be used.
	X11Input(const std::string& display, std::function<void(const std::string& message)> on_lost);
	~X11Input();

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
	void Execute(const InputCommand& command);
	bool WaitUntil(double time);
	void RestoreWhenDue();
	void Finish();

	X11Connection connection_;
	HeldInput held_;
	TextTypist typist_;
	std::function<void(const std::string&)> on_lost_;
	InputQueue queue_;
	WaitSet wake_;
	std::atomic<X11Connection::Size> size_;
	int least_keycode_ = 0;
	int most_keycode_ = 0;
	std::atomic<bool> closing_{false};
	std::thread thread_;
};

}  // namespace porthole
