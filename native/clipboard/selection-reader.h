#pragma once

#include <X11/Xlib.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "capture/x11-connection.h"
#include "clipboard/clipboard-content.h"
#include "clipboard/selection-atoms.h"

namespace porthole {

/// What came of reading a clipboard. Neither: nothing is on it that can be read, or what is there is a password.
struct ClipboardReading {
	std::optional<ClipboardContent> content;
	std::optional<ClipboardFailure> failure;
};

/// Reads CLIPBOARD from whichever program owns it (ICCCM 2.4): text where there is any, else a PNG. Bounded in bytes and
/// time: an owner that stalls, answers wrongly or never ends costs no more.
class SelectionReader {
public:
	/// Longest that an owner may take for an answer or a piece, and for all of them, ms.
	static constexpr double kAnswerWithin = 2'000;
	static constexpr double kAllWithin = 15'000;

	/// `window` receives; its property events must be selected. `done` gets the outcome of each `Start`.
	SelectionReader(X11Connection& connection, const SelectionAtoms& atoms, Window window,
		std::function<void(ClipboardReading)> done);

	void Start();

	bool reading() const { return stage_ != Stage::kIdle; }

	/// The owner answered.
	void Answered(const XSelectionEvent& answer);

	/// A property of the window has a new value.
	void PropertyChanged(Atom property);

	/// Gives up on an owner that is too slow.
	void DropOverdue(double now);

	/// When `DropOverdue` has something to do, ms.
	std::optional<double> NextDeadline() const;

private:
	enum class Stage { kIdle, kTargets, kContent, kPieces };

	/// A value of the window's property.
	struct Value {
		Atom type = None;
		int format = 0;
		std::vector<std::uint8_t> bytes;
		std::vector<Atom> atoms;
		bool too_long = false;
	};

	void Ask(Atom target);
	void AskNext();
	void ChooseAmong(const std::vector<Atom>& offered);
	Value Take(std::size_t most);
	void TakeContent();
	void TakePiece();
	void Finish(Atom type, std::vector<std::uint8_t> bytes);
	void End(ClipboardReading reading);
	void Fail(const char* code, const std::string& what);
	ClipboardFormat format() const;

	X11Connection& connection_;
	const SelectionAtoms& atoms_;
	const Window window_;
	const std::function<void(ClipboardReading)> done_;
	/// Used by turns, so that a late answer is not taken for that to another question.
	std::vector<Atom> properties_;
	std::size_t turn_ = 0;
	Stage stage_ = Stage::kIdle;
	Atom target_ = None;
	/// Still to be tried, the best last.
	std::vector<Atom> candidates_;
	Atom piece_type_ = None;
	std::vector<std::uint8_t> pieces_;
	double give_up_at_ = 0;
	double answer_due_ = 0;
};

}  // namespace porthole
