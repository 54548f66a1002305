#pragma once

#include <X11/extensions/Xdamage.h>
#include <X11/extensions/Xfixes.h>

#include "capture/x11-connection.h"
#include "encode/rectangle.h"

namespace porthole {

/// Tells what changed on a screen: its pixels, its size, its pointer's picture or place.
class ScreenWatch {
public:
	/// Throws NativeError `display-lacks-extension`. XDamage and XFixes are needed; without RandR the size is fixed,
	/// without XInput 2 the pointer's moves are only seen along with other changes.
	explicit ScreenWatch(X11Connection& connection);
	~ScreenWatch();
	ScreenWatch(const ScreenWatch&) = delete;
	ScreenWatch& operator=(const ScreenWatch&) = delete;

	struct Changes {
		bool pixels = false;
		bool size = false;
		bool cursor_shape = false;
		bool pointer = false;

		bool any() const { return pixels || size || cursor_shape || pointer; }
	};

	/// Whether moves of the pointer are told; else its place must be asked for.
	bool watches_pointer() const { return input_opcode_ >= 0; }

	/// Whether moves of the pointer are asked for; they are at the start.
	bool follows_pointer() const { return follows_pointer_; }
	void FollowPointer(bool follow);

	/// Reads all events that are there, without waiting.
	Changes ReadEvents();

	/// Which pixels changed since the last call; the next change makes a new event.
	void TakeDamage(ChangedRegion& region);

private:
	void FindInputExtension();

	X11Connection& connection_;
	int damage_event_ = 0;
	int fixes_event_ = 0;
	int randr_event_ = -1;
	int input_opcode_ = -1;
	bool follows_pointer_ = false;
	Damage damage_ = 0;
	XserverRegion region_ = 0;
};

}  // namespace porthole
