#include "capture/x11-source.h"

#include <utility>

#include "clock.h"
#include "native-error.h"

namespace porthole {

namespace {

/// A screen that changes its size may refuse a few reads; more than that is no accident.
constexpr int kMaxFailedCaptures = 10;
constexpr double kRetryMs = 20;
/// The screen shows what the last frame does until it tells of a change: there is nothing to wait for.
constexpr double kKeyframePatienceMs = 0;

}  // namespace

X11Source::X11Source(const std::string& display, const EncoderKind& kind, const Rate& rate, SourceSink& sink)
	: connection_(display),
	  size_(connection_.QuerySize()),
	  watch_(connection_),
	  grabber_(std::make_unique<ScreenGrabber>(connection_, size_)),
	  sink_(sink),
	  renditions_(kind, size_.width, size_.height, rate, kKeyframePatienceMs, sink) {
	wake_.Add(connection_.descriptor());
	changes_.Add({0, 0, size_.width, size_.height});
	renditions_.ScreenChanged();
	thread_ = GuardedThread(
		"capture thread", "capture-failed", [this] { Run(); },
		[this](const std::string& code, const std::string& message) { sink_.End(code, message); });
}

X11Source::~X11Source() { Close(); }

void X11Source::RequestKeyframe(Rendition rendition) {
	renditions_.RequestKeyframe(rendition);
	wake_.Signal();
}

void X11Source::SetRate(Rendition rendition, const std::optional<Rate>& rate) {
	renditions_.SetRate(rendition, rate);
	wake_.Signal();
}

void X11Source::ExpectDamage() {
	renditions_.ExpectChange();
	wake_.Signal();
}

void X11Source::Close() {
	closing_ = true;
	wake_.Signal();
	thread_.Join();
}

void X11Source::Run() {
	while (!closing_) {
		FaultPoint("capture thread");
		TakeRequests();
		TakeEvents();
		if (connection_.lost()) throw NativeError("display-vanished", connection_.LostMessage());
		const std::optional<double> due = renditions_.Due();
		const double now = MonotonicMs();
		if (!due || *due > now) {
			wake_.Wait(due ? std::optional(*due - now) : std::nullopt);
			continue;
		}
		// Pixels that have not changed are those of this moment, so a repeated frame carries a new time too.
		const double capture_time = MonotonicMs();
		if (renditions_.Take(now) && !Capture()) continue;
		renditions_.Encode(capture_time);
	}
}

void X11Source::TakeRequests() {
	renditions_.TakeRequests(MonotonicMs());
	if (watch_.follows_pointer() == renditions_.wanted()) return;
	// Each move of the pointer would wake a source that nobody takes anything of.
	watch_.FollowPointer(renditions_.wanted());
	cursor_changed_ = true;
}

void X11Source::TakeEvents() {
	for (;;) {
		const ScreenWatch::Changes changes = watch_.ReadEvents();
		if (!changes.any()) return;
		pixels_changed_ |= changes.pixels;
		cursor_changed_ |= changes.cursor_shape;
		// A click tells of the pointer too, which mostly stands still: a frame of that would hold up what the click does.
		const bool pointer_moved = changes.pointer && cursor_.FollowPointer(connection_);
		if (changes.size) Resize();
		if (changes.pixels || changes.cursor_shape || changes.size || pointer_moved) renditions_.ScreenChanged();
		// Both ask the server, and what it told before its answer lies in the library's queue, where no wait sees it.
		if (!changes.pointer && !changes.size) return;
	}
}

void X11Source::Resize() {
	const X11Connection::Size size = connection_.QuerySize();
	if (size == size_ || connection_.lost()) return;
	grabber_.reset();
	grabber_ = std::make_unique<ScreenGrabber>(connection_, size);
	renditions_.Resize(size.width, size.height);
	size_ = size;
	drawn_cursor_ = {};
	changes_.Clear();
	changes_.Add({0, 0, size.width, size.height});
}

bool X11Source::Capture() {
	const double started = MonotonicMs();
	if (std::exchange(pixels_changed_, false)) watch_.TakeDamage(changes_);
	if (std::exchange(cursor_changed_, false)) {
		cursor_.Refresh(connection_);
	} else if (!watch_.watches_pointer()) {
		cursor_.FollowPointer(connection_);
	}
	Rectangle rows;
	for (const Rectangle& part : changes_.parts()) rows = rows.Union(part);
	if (!grabber_->Grab(rows)) {
		if (connection_.lost()) return false;
		if (++failed_captures_ > kMaxFailedCaptures) {
			throw NativeError("capture-failed", "The X display \"" + connection_.name() + "\" refuses to be read.");
		}
		Resize();
		renditions_.ScreenChanged();
		wake_.Wait(kRetryMs);
		return false;
	}
	failed_captures_ = 0;
	const double captured = MonotonicMs();
	Convert();
	renditions_.CountCapture(captured - started, MonotonicMs() - captured);
	return true;
}

void X11Source::Convert() {
	// The pointer never enters the captured pixels, so what it covered comes back from there.
	changes_.Add(drawn_cursor_);
	for (const Rectangle& part : changes_.parts()) {
		renditions_.Convert(PixelFormat::kBgra, grabber_->pixels(), grabber_->stride(), part);
	}
	changes_.Clear();
	drawn_cursor_ = cursor_.bounds().Even().ClippedTo(renditions_.width(), renditions_.height());
	if (drawn_cursor_.empty()) return;
	cursor_.Compose(grabber_->pixels(), grabber_->stride(), drawn_cursor_, patch_);
	renditions_.ConvertPatch(patch_.data(), drawn_cursor_.width * 4, drawn_cursor_);
}

}  // namespace porthole
