#include "clipboard/selection-reader.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "clipboard/latin1.h"
#include "clock.h"

namespace porthole {

namespace {

constexpr int kProperties = 8;
/// Most targets that are looked at.
constexpr std::size_t kMaxTargets = 256;
constexpr std::array<std::uint8_t, 8> kPngSignature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

bool IsPng(const std::vector<std::uint8_t>& bytes) {
	return bytes.size() > kPngSignature.size() && std::equal(kPngSignature.begin(), kPngSignature.end(), bytes.begin());
}

}  // namespace

SelectionReader::SelectionReader(X11Connection& connection, const SelectionAtoms& atoms, Window window,
	std::function<void(ClipboardReading)> done)
	: connection_(connection), atoms_(atoms), window_(window), done_(std::move(done)) {
	for (int index = 0; index < kProperties; index++) {
		const std::string name = "PORTHOLE_CLIPBOARD_" + std::to_string(index);
		properties_.push_back(XInternAtom(connection.display(), name.c_str(), False));
	}
}

void SelectionReader::Start() {
	candidates_.clear();
	give_up_at_ = MonotonicMs() + kAllWithin;
	stage_ = Stage::kTargets;
	Ask(atoms_.targets);
}

void SelectionReader::Answered(const XSelectionEvent& answer) {
	const bool asked = stage_ == Stage::kTargets || stage_ == Stage::kContent;
	if (!asked || answer.selection != atoms_.clipboard || answer.target != target_) return;
	const bool refused = answer.property == None;
	if (!refused && answer.property != properties_[turn_]) return;
	if (stage_ == Stage::kContent) return refused ? AskNext() : TakeContent();
	// Programs older than this convention know no targets, but have a text perhaps.
	if (refused) return ChooseAmong({atoms_.utf8_string, XA_STRING});
	ChooseAmong(Take(kMaxTargets * 4).atoms);
}

void SelectionReader::PropertyChanged(Atom property) {
	// One that came too late stays until its property's turn comes again: to take it would ask for the next piece.
	if (stage_ == Stage::kPieces && property == properties_[turn_]) TakePiece();
}

void SelectionReader::DropOverdue(double now) {
	const std::optional<double> due = NextDeadline();
	if (due && *due <= now) Fail("clipboard-timeout", "the program that has it does not answer");
}

std::optional<double> SelectionReader::NextDeadline() const {
	return reading() ? std::optional(std::min(give_up_at_, answer_due_)) : std::nullopt;
}

void SelectionReader::Ask(Atom target) {
	turn_ = (turn_ + 1) % properties_.size();
	target_ = target;
	answer_due_ = MonotonicMs() + kAnswerWithin;
	XDeleteProperty(connection_.display(), window_, properties_[turn_]);
	XConvertSelection(connection_.display(), atoms_.clipboard, target, properties_[turn_], window_, CurrentTime);
}

void SelectionReader::AskNext() {
	if (candidates_.empty()) return End({});
	stage_ = Stage::kContent;
	const Atom next = candidates_.back();
	candidates_.pop_back();
	Ask(next);
}

void SelectionReader::ChooseAmong(const std::vector<Atom>& offered) {
	const auto has = [&](Atom target) { return std::ranges::find(offered, target) != offered.end(); };
	if (has(atoms_.password_hint)) return End({});
	// The best last.
	for (const Atom target : {atoms_.image_png, XA_STRING, atoms_.text_plain_utf8, atoms_.utf8_string}) {
		if (has(target)) candidates_.push_back(target);
	}
	AskNext();
}

SelectionReader::Value SelectionReader::Take(std::size_t most) {
	Display* display = connection_.display();
	Value value;
	unsigned long count = 0;
	unsigned long left = 0;
	unsigned char* data = nullptr;
	const int status = XGetWindowProperty(display, window_, properties_[turn_], 0, static_cast<long>(most / 4) + 1,
		False, AnyPropertyType, &value.type, &value.format, &count, &left, &data);
	const std::unique_ptr<unsigned char, int (*)(void*)> held(data, XFree);
	// Deleted, whatever is in it: that is how the owner learns that it was taken.
	XDeleteProperty(display, window_, properties_[turn_]);
	if (status != Success) return {};
	if (value.format == 8) {
		value.bytes.assign(data, data + count);
	} else if (value.format == 32) {
		const auto* atoms = reinterpret_cast<const Atom*>(data);
		value.atoms.assign(atoms, atoms + count);
	}
	value.too_long = left > 0 || value.bytes.size() > most;
	return value;
}

void SelectionReader::TakeContent() {
	const std::size_t most = MostBytes(format());
	Value value = Take(most);
	if (value.type == atoms_.incr) {
		// The owner gives a lower bound of what is to come.
		if (!value.atoms.empty() && value.atoms[0] > most) return Fail("clipboard-too-large", "it is too large");
		stage_ = Stage::kPieces;
		pieces_.clear();
		piece_type_ = None;
		answer_due_ = MonotonicMs() + kAnswerWithin;
		return;
	}
	if (value.too_long) return Fail("clipboard-too-large", "it is too large");
	if (value.format != 8) return AskNext();
	Finish(value.type, std::move(value.bytes));
}

void SelectionReader::TakePiece() {
	const std::size_t most = MostBytes(format());
	Value piece = Take(most - pieces_.size());
	if (piece.too_long) return Fail("clipboard-too-large", "it is too large");
	if (piece.type == None) return;
	if (piece.format != 8) return Fail("clipboard-unreadable", "the program that has it gives something else");
	if (piece.bytes.empty()) return Finish(piece_type_, std::exchange(pieces_, {}));
	piece_type_ = piece.type;
	pieces_.insert(pieces_.end(), piece.bytes.begin(), piece.bytes.end());
	answer_due_ = MonotonicMs() + kAnswerWithin;
}

void SelectionReader::Finish(Atom type, std::vector<std::uint8_t> bytes) {
	if (format() == ClipboardFormat::kImage) {
		if (!IsPng(bytes)) return AskNext();
		return End({ClipboardContent{ClipboardFormat::kImage, std::move(bytes)}, std::nullopt});
	}
	// Programs may give another type than they were asked for, and then mean it.
	if (type == XA_STRING) {
		bytes = Utf8FromLatin1(bytes);
		if (bytes.size() > MostBytes(ClipboardFormat::kText)) return Fail("clipboard-too-large", "it is too large");
	} else if (type != target_ && type != atoms_.utf8_string) {
		return AskNext();
	}
	End({ClipboardContent{ClipboardFormat::kText, std::move(bytes)}, std::nullopt});
}

void SelectionReader::End(ClipboardReading reading) {
	stage_ = Stage::kIdle;
	candidates_.clear();
	pieces_ = {};
	done_(std::move(reading));
}

void SelectionReader::Fail(const char* code, const std::string& what) {
	End({std::nullopt,
		ClipboardFailure{code,
			"Could not read the clipboard of the X display \"" + connection_.name() + "\": " + what + "."}});
}

ClipboardFormat SelectionReader::format() const {
	return target_ == atoms_.image_png ? ClipboardFormat::kImage : ClipboardFormat::kText;
}

}  // namespace porthole
