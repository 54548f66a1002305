#pragma once

#include <X11/Xlib.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "capture/x11-connection.h"
#include "clipboard/clipboard-content.h"
#include "clipboard/selection-atoms.h"
#include "clipboard/selection-owner.h"
#include "clipboard/selection-reader.h"
#include "guarded-thread.h"
#include "net/wait-set.h"

namespace porthole {

/// Who hears of a clipboard, on its thread.
struct ClipboardEvents {
	/// Another program became the owner of CLIPBOARD.
	std::function<void()> copied;
	/// What a `Write` gave can be pasted, or why it cannot.
	std::function<void(std::optional<ClipboardFailure>)> written;
	/// What a `Read` found.
	std::function<void(ClipboardReading)> read;
	/// At most once, with `display-vanished` or `clipboard-failed`.
	OnFailure ended;
};

/// The selection CLIPBOARD of one X display, on a connection and a thread of its own: programs that stall, and long
/// contents, hold up neither capture nor input. PRIMARY is left alone: to own it would take the selection away that a
/// paste is to replace.
class X11Clipboard {
public:
	/// Throws NativeError `display-unreachable` or `display-lacks-extension`.
	X11Clipboard(const std::string& display, ClipboardEvents events);
	~X11Clipboard();

	/// Has programs paste this; `written` tells when they can, and has to be waited for before the next one.
	void Write(SharedContent content);

	/// `read` tells what is there, and has to be waited for before the next one.
	void Read();

	void Close();

private:
	/// Longest that the server may take to tell its time, ms.
	static constexpr double kTimeWithin = 2'000;

	void Run();
	void TakeCommands();
	void HandleEvents();
	void Handle(const XEvent& event);
	void PropertyChanged(const XPropertyEvent& event);
	void Claim(Time time);
	void DropOverdue();
	void Wait();

	X11Connection connection_;
	const SelectionAtoms atoms_;
	const Window window_;
	const ClipboardEvents events_;
	int fixes_event_ = 0;
	SelectionOwner owner_;
	SelectionReader reader_;
	/// To be claimed once the server has told its time.
	SharedContent claiming_;
	double claim_due_ = 0;

	std::mutex mutex_;
	SharedContent to_write_;
	bool to_read_ = false;

	WaitSet wake_;
	std::atomic<bool> closing_{false};
	GuardedThread thread_;
};

}  // namespace porthole
