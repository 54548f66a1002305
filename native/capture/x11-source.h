#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/x11-connection.h"
#include "capture/x11-grabber.h"
#include "capture/x11-screen-watch.h"
#include "encode/rectangle.h"
#include "encode/rendition-set.h"
#include "encode/source-sink.h"
#include "guarded-thread.h"
#include "net/wait-set.h"

namespace porthole {

/// Captures one X display on its own thread and codes what changes.
class X11Source {
public:
	/// Throws NativeError when the display or the encoder cannot be used.
	X11Source(const std::string& display, const EncoderKind& kind, const Rate& rate, SourceSink& sink);
	~X11Source();

	void RequestKeyframe(Rendition rendition);
	/// Without a rate the rendition rests.
	void SetRate(Rendition rendition, const std::optional<Rate>& rate);
	void ExpectDamage();
	SourceStats stats() const { return renditions_.stats(); }
	const std::string& description() const { return renditions_.description(); }

	/// Ends the thread; nothing reaches the sink afterwards.
	void Close();

private:
	void Run();
	void TakeRequests();
	void TakeEvents();
	void Resize();
	bool Capture();
	void Convert();

	X11Connection connection_;
	X11Connection::Size size_;
	ScreenWatch watch_;
	std::unique_ptr<ScreenGrabber> grabber_;
	SourceSink& sink_;
	RenditionSet renditions_;
	CursorSprite cursor_;
	/// What of the planar frame shows the pointer.
	Rectangle drawn_cursor_;
	ChangedRegion changes_;
	std::vector<std::uint8_t> patch_;
	bool pixels_changed_ = false;
	bool cursor_changed_ = true;
	int failed_captures_ = 0;

	WaitSet wake_;
	std::atomic<bool> closing_{false};
	GuardedThread thread_;
};

}  // namespace porthole
