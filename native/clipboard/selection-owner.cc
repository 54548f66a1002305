#include "clipboard/selection-owner.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "clipboard/latin1.h"
#include "clock.h"

namespace porthole {

namespace {

/// Longest piece; a server takes requests of 256 KiB at least.
constexpr std::size_t kPiece = std::size_t{64} * 1024;
/// Most conversions in one request for several.
constexpr long kMaxPairs = 16;

/// Whether a server's time is before another; they wrap after 49 days.
bool IsBefore(Time time, Time other) {
	return static_cast<std::int32_t>(static_cast<std::uint32_t>(time) - static_cast<std::uint32_t>(other)) < 0;
}

}  // namespace

SelectionOwner::SelectionOwner(X11Connection& connection, const SelectionAtoms& atoms, Window window)
	: connection_(connection), atoms_(atoms), window_(window) {}

bool SelectionOwner::Claim(SharedContent content, Time time) {
	Display* display = connection_.display();
	XSetSelectionOwner(display, atoms_.clipboard, window_, time);
	if (XGetSelectionOwner(display, atoms_.clipboard) != window_) return false;
	content_ = std::move(content);
	claimed_at_ = time;
	return true;
}

void SelectionOwner::Answer(const XSelectionRequestEvent& request) {
	// Programs from before 1989 name no property.
	const Atom property = request.property == None ? request.target : request.property;
	const bool given = Owns(request) && Convert(request.requestor, request.target, property, false);
	XEvent answer{};
	answer.xselection.type = SelectionNotify;
	answer.xselection.requestor = request.requestor;
	answer.xselection.selection = request.selection;
	answer.xselection.target = request.target;
	answer.xselection.property = given ? property : None;
	answer.xselection.time = request.time;
	XSendEvent(connection_.display(), request.requestor, False, NoEventMask, &answer);
}

bool SelectionOwner::Owns(const XSelectionRequestEvent& request) const {
	// What is selected on our own window must stay as it is.
	if (!content_ || request.selection != atoms_.clipboard || request.requestor == window_) return false;
	return request.time == CurrentTime || !IsBefore(request.time, claimed_at_);
}

bool SelectionOwner::Convert(Window requestor, Atom target, Atom property, bool within_multiple) {
	Display* display = connection_.display();
	// Xlib takes values of 32 bits as longs.
	const auto change = [&](Atom type, const auto* values, std::size_t count) {
		XChangeProperty(display, requestor, property, type, 32, PropModeReplace,
			reinterpret_cast<const unsigned char*>(values), static_cast<int>(count));
		return true;
	};
	if (target == atoms_.targets) {
		const std::vector<Atom> targets = Targets();
		return change(XA_ATOM, targets.data(), targets.size());
	}
	if (target == atoms_.timestamp) {
		const long time = static_cast<long>(claimed_at_);
		return change(XA_INTEGER, &time, 1);
	}
	if (target == atoms_.multiple) return !within_multiple && ConvertMultiple(requestor, property);
	auto bytes = BytesFor(target);
	return bytes && Give(requestor, property, target, std::move(bytes));
}

bool SelectionOwner::ConvertMultiple(Window requestor, Atom property) {
	Display* display = connection_.display();
	Atom type = None;
	int format = 0;
	unsigned long count = 0;
	unsigned long left = 0;
	unsigned char* data = nullptr;
	if (XGetWindowProperty(display, requestor, property, 0, 2 * kMaxPairs, False, AnyPropertyType, &type, &format,
			&count, &left, &data) != Success)
		return false;
	const std::unique_ptr<unsigned char, int (*)(void*)> held(data, XFree);
	if (format != 32 || left > 0 || count % 2 != 0) return false;
	Atom* pairs = reinterpret_cast<Atom*>(data);
	for (unsigned long index = 0; index < count; index += 2) {
		Atom& to = pairs[index + 1];
		if (to == None || !Convert(requestor, pairs[index], to, true)) to = None;
	}
	XChangeProperty(display, requestor, property, atoms_.atom_pair, 32, PropModeReplace, data, static_cast<int>(count));
	return true;
}

bool SelectionOwner::Give(Window requestor, Atom property, Atom type,
	std::shared_ptr<const std::vector<std::uint8_t>> bytes) {
	Display* display = connection_.display();
	if (bytes->size() <= kPiece) {
		XChangeProperty(display, requestor, property, type, 8, PropModeReplace, bytes->data(),
			static_cast<int>(bytes->size()));
		return true;
	}
	std::erase_if(transfers_,
		[&](const Transfer& other) { return other.requestor == requestor && other.property == property; });
	if (transfers_.size() >= kMaxTransfers) return false;
	// The window's end is told too, so that nothing is kept for one that is gone.
	XSelectInput(display, requestor, PropertyChangeMask | StructureNotifyMask);
	const long size = static_cast<long>(bytes->size());
	XChangeProperty(display, requestor, property, atoms_.incr, 32, PropModeReplace,
		reinterpret_cast<const unsigned char*>(&size), 1);
	const double now = MonotonicMs();
	transfers_.push_back(
		{requestor, property, type, std::move(bytes), 0, now + kAllTakenWithin, now + kPieceTakenWithin});
	return true;
}

void SelectionOwner::PieceTaken(Window requestor, Atom property) {
	const auto transfer = std::ranges::find_if(transfers_,
		[&](const Transfer& one) { return one.requestor == requestor && one.property == property; });
	if (transfer == transfers_.end()) return;
	const std::size_t piece = std::min(kPiece, transfer->bytes->size() - transfer->sent);
	// An empty piece is the end.
	XChangeProperty(connection_.display(), requestor, property, transfer->type, 8, PropModeReplace,
		transfer->bytes->data() + transfer->sent, static_cast<int>(piece));
	transfer->sent += piece;
	transfer->piece_due = MonotonicMs() + kPieceTakenWithin;
	if (piece == 0) Forget(transfer);
}

void SelectionOwner::WindowGone(Window requestor) {
	std::erase_if(transfers_, [requestor](const Transfer& one) { return one.requestor == requestor; });
}

void SelectionOwner::DropOverdue(double now) {
	for (;;) {
		const auto overdue =
			std::ranges::find_if(transfers_, [now](const Transfer& one) { return one.deadline() <= now; });
		if (overdue == transfers_.end()) return;
		Forget(overdue);
	}
}

std::optional<double> SelectionOwner::NextDeadline() const {
	double next = std::numeric_limits<double>::infinity();
	for (const Transfer& transfer : transfers_) next = std::min(next, transfer.deadline());
	return transfers_.empty() ? std::nullopt : std::optional(next);
}

void SelectionOwner::Forget(std::vector<Transfer>::iterator transfer) {
	const Window requestor = transfer->requestor;
	transfers_.erase(transfer);
	const auto same = [requestor](const Transfer& one) { return one.requestor == requestor; };
	if (std::ranges::none_of(transfers_, same)) XSelectInput(connection_.display(), requestor, NoEventMask);
}

std::shared_ptr<const std::vector<std::uint8_t>> SelectionOwner::BytesFor(Atom target) const {
	std::shared_ptr<const std::vector<std::uint8_t>> as_it_is(content_, &content_->bytes);
	if (content_->format == ClipboardFormat::kImage) return target == atoms_.image_png ? as_it_is : nullptr;
	if (target == atoms_.utf8_string || target == atoms_.text_plain_utf8) return as_it_is;
	if (target != XA_STRING) return nullptr;
	return std::make_shared<const std::vector<std::uint8_t>>(Latin1FromUtf8(content_->bytes));
}

std::vector<Atom> SelectionOwner::Targets() const {
	std::vector<Atom> targets{atoms_.targets, atoms_.timestamp, atoms_.multiple};
	if (content_->format == ClipboardFormat::kImage) {
		targets.push_back(atoms_.image_png);
	} else {
		targets.insert(targets.end(), {atoms_.utf8_string, atoms_.text_plain_utf8, XA_STRING});
	}
	return targets;
}

}  // namespace porthole
