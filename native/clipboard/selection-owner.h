#pragma once

#include <X11/Xlib.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "capture/x11-connection.h"
#include "clipboard/clipboard-content.h"
#include "clipboard/selection-atoms.h"

namespace porthole {

/// Owns CLIPBOARD and gives programs what they ask of it (ICCCM 2.2), in pieces where it is long (2.7.2). What programs
/// ask for is bounded in number and time; one that stalls or vanishes holds up nobody.
class SelectionOwner {
public:
	/// Programs that may be given pieces at the same time; others are refused.
	static constexpr std::size_t kMaxTransfers = 16;
	/// Longest that a program may leave a piece where it is, and take over all of them, ms.
	static constexpr double kPieceTakenWithin = 5'000;
	static constexpr double kAllTakenWithin = 60'000;

	/// `window` owns the selection.
	SelectionOwner(X11Connection& connection, const SelectionAtoms& atoms, Window window);

	/// Becomes the owner; `time` is the server's. False when somebody else is by then.
	bool Claim(SharedContent content, Time time);

	/// Another program is the owner now; what has begun goes on.
	void Lost() { content_.reset(); }

	/// What it gives while it is the owner; null otherwise.
	const SharedContent& content() const { return content_; }

	void Answer(const XSelectionRequestEvent& request);

	/// The requestor took a piece.
	void PieceTaken(Window requestor, Atom property);

	void WindowGone(Window requestor);

	/// Gives up on whoever does not take its pieces.
	void DropOverdue(double now);

	/// When `DropOverdue` has something to do, ms.
	std::optional<double> NextDeadline() const;

private:
	/// A long content on its way to one program.
	struct Transfer {
		Window requestor = None;
		Atom property = None;
		Atom type = None;
		std::shared_ptr<const std::vector<std::uint8_t>> bytes;
		std::size_t sent = 0;
		double give_up_at = 0;
		double piece_due = 0;

		double deadline() const { return piece_due < give_up_at ? piece_due : give_up_at; }
	};

	bool Owns(const XSelectionRequestEvent& request) const;
	bool Convert(Window requestor, Atom target, Atom property, bool within_multiple);
	bool ConvertMultiple(Window requestor, Atom property);
	bool Give(Window requestor, Atom property, Atom type, std::shared_ptr<const std::vector<std::uint8_t>> bytes);
	/// The content as a target has it; null when it cannot be had so.
	std::shared_ptr<const std::vector<std::uint8_t>> BytesFor(Atom target) const;
	std::vector<Atom> Targets() const;
	void Forget(std::vector<Transfer>::iterator transfer);

	X11Connection& connection_;
	const SelectionAtoms& atoms_;
	const Window window_;
	SharedContent content_;
	Time claimed_at_ = CurrentTime;
	std::vector<Transfer> transfers_;
};

}  // namespace porthole
