/// Checks what is sent into simulators and when, byte for byte: the parts of simulator/ which are the same on every
/// machine. Prints one line a check as core-check does. Run by test/native/core.test.ts.

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "check-list.h"
#include "native-error.h"
#include "simulator/framework-paths.h"
#include "simulator/indigo-message.h"
#include "simulator/input-event.h"
#include "simulator/orientation-message.h"
#include "simulator/surface-wait.h"

namespace {

using namespace porthole;
using Bytes = std::vector<std::uint8_t>;

/// As SimulatorKit's builder for one finger gives it.
constexpr std::size_t kFingerMessage = 384;
constexpr std::size_t kTwoFingerMessage = 0x200;

/// Offsets whose bytes are not `filler`.
std::vector<std::size_t> Written(const Bytes& message, std::uint8_t filler) {
	std::vector<std::size_t> offsets;
	for (std::size_t offset = 0; offset < message.size(); offset++) {
		if (message[offset] != filler) offsets.push_back(offset);
	}
	return offsets;
}

double DoubleAt(const Bytes& message, std::size_t offset) {
	std::uint64_t bits = 0;
	for (int byte = 7; byte >= 0; byte--) bits = bits << 8 | message[offset + byte];
	return std::bit_cast<double>(bits);
}

template <typename Body>
std::string CodeOf(Body body) {
	try {
		body();
	} catch (const NativeError& error) {
		return error.code();
	}
	return "";
}

void AFingerMessageGetsItsTargetTwiceAndNothingElse() {
	Bytes message(kFingerMessage, 0xEE);
	PatchFingerMessage(message, TouchEdge::kNone);
	CHECK((Written(message, 0xEE) ==
		std::vector<std::size_t>{0x3A, 0x3B, 0x6C, 0x6D, 0x6E, 0x6F, 0xDA, 0xDB, 0x10C, 0x10D, 0x10E, 0x10F}));
	for (const std::size_t target : {0x6C, 0x10C}) {
		CHECK(message[target] == 0x32);
		CHECK(message[target + 1] == 0 && message[target + 2] == 0 && message[target + 3] == 0);
	}
	for (const std::size_t edge : {0x3A, 0x3B, 0xDA, 0xDB}) CHECK(message[edge] == 0);
}

void EdgesAreAFlagAndABit() {
	const std::pair<TouchEdge, std::uint8_t> edges[] = {{TouchEdge::kBottom, 1}, {TouchEdge::kLeft, 2},
		{TouchEdge::kRight, 4}, {TouchEdge::kTop, 8}};
	for (const auto& [edge, bit] : edges) {
		Bytes message(kFingerMessage, 0);
		PatchFingerMessage(message, edge);
		CHECK(message[0x3A] == 4 && message[0xDA] == 4);
		CHECK(message[0x3B] == bit && message[0xDB] == bit);
	}
}

void AFingerMessageThatIsTooShortIsRefused() {
	Bytes stub(192);
	CHECK(CodeOf([&] { PatchFingerMessage(stub, TouchEdge::kNone); }) == "indigo-message-too-short");
	Bytes least(0x110);
	CHECK(CodeOf([&] { PatchFingerMessage(least, TouchEdge::kBottom); }).empty());
}

void TwoFingersAreWrittenIntoThreeRecords() {
	Bytes message(kTwoFingerMessage, 0xEE);
	PatchTwoFingerMessage(message, {0.25, 0.5}, {0.75, 1});
	CHECK(DoubleAt(message, 0x3C) == 0.25 && DoubleAt(message, 0x44) == 0.5);
	CHECK(DoubleAt(message, 0xDC) == 0.25 && DoubleAt(message, 0xE4) == 0.5);
	CHECK(DoubleAt(message, 0x17C) == 0.75 && DoubleAt(message, 0x184) == 1);
	const std::vector<std::size_t> written = Written(message, 0xEE);
	CHECK(written.size() == 6 * 8);
	CHECK(written.front() == 0x3C && written.back() == 0x18B);
	Bytes one_finger(0x160);
	CHECK(CodeOf([&] { PatchTwoFingerMessage(one_finger, {}, {}); }) == "indigo-message-too-short");
}

void PhasesAreDigitizerMasks() {
	for (const TouchPhase phase : {TouchPhase::kDown, TouchPhase::kMove}) {
		const DigitizerState state = DigitizerStateOf(phase);
		CHECK(state.event_mask == 7 && state.range && state.touch);
	}
	const DigitizerState up = DigitizerStateOf(TouchPhase::kUp);
	CHECK(up.event_mask == 6 && !up.range && !up.touch);
}

void OrientationIsAMessageOf108Bytes() {
	Bytes expected(108, 0);
	const std::pair<std::size_t, Bytes> parts[] = {
		{0x00, {0x13, 0, 0, 0}},
		{0x04, {108, 0, 0, 0}},
		{0x08, {0x03, 0x2A, 0, 0}},
		{0x14, {0x7B, 0, 0, 0}},
		{0x18, {50, 0, 2, 0}},
		{0x48, {4, 0, 0, 0}},
		{0x4C, {3, 0, 0, 0}},
	};
	for (const auto& [offset, bytes] : parts)
		std::ranges::copy(bytes, expected.begin() + static_cast<std::ptrdiff_t>(offset));
	const OrientationMessage message = MakeOrientationMessage(0x2A03, 3);
	CHECK(std::ranges::equal(expected, message.bytes));
	CHECK(CodeOf([] { MakeOrientationMessage(1, 0); }) == "invalid-argument");
	CHECK(CodeOf([] { MakeOrientationMessage(1, 5); }) == "invalid-argument");
}

void AContactBeginsOnceAndEndsOnce() {
	DigitizerContact contact;
	CHECK(!contact.Next(TouchPhase::kUp));
	CHECK(*contact.Next(TouchPhase::kDown) == 0);
	CHECK(*contact.Next(TouchPhase::kMove) == 1);
	CHECK(*contact.Next(TouchPhase::kDown) == 1);
	CHECK(*contact.Next(TouchPhase::kUp) == 2);
	CHECK(!contact.Next(TouchPhase::kUp));
	CHECK(*contact.Next(TouchPhase::kMove) == 0);
}

void EdgesOfDtuhidAreNumbered() {
	CHECK(DtuhidEdge(TouchEdge::kNone) == 0);
	CHECK(DtuhidEdge(TouchEdge::kTop) == 1);
	CHECK(DtuhidEdge(TouchEdge::kLeft) == 2);
	CHECK(DtuhidEdge(TouchEdge::kBottom) == 3);
	CHECK(DtuhidEdge(TouchEdge::kRight) == 4);
}

void InputThatWaitedIsGivenInItsOrder() {
	InputBacklog backlog;
	backlog.Push(KeyEvent{4, true}, 5000);
	backlog.Push(KeyEvent{4, false}, 5900);
	const std::vector<SimulatorEvent> events = backlog.Take(5000 + InputBacklog::kFreshMs);
	CHECK(events.size() == 2);
	CHECK(std::get<KeyEvent>(events[0]).down && !std::get<KeyEvent>(events[1]).down);
	CHECK(backlog.Take(6000).empty());
}

void InputThatWaitedTooLongOrIsTooMuchIsDropped() {
	InputBacklog backlog;
	backlog.Push(KeyEvent{4, true}, 5000);
	backlog.Push(KeyEvent{4, false}, 6500);
	CHECK(backlog.Take(6501).empty());
	for (std::size_t event = 0; event <= InputBacklog::kMaxEvents; event++) {
		backlog.Push(ButtonEvent{12, static_cast<std::uint32_t>(event), true}, 7000);
	}
	const std::vector<SimulatorEvent> events = backlog.Take(7000);
	CHECK(events.size() == 1);
	CHECK(std::get<ButtonEvent>(events[0]).usage == InputBacklog::kMaxEvents);
}

void AScreenIsLookedForTenTimesAndWaitedForEightSeconds() {
	SurfaceWait wait(1000);
	double now = 1000;
	int looks = 1;
	while (wait.After(now) == SurfaceWait::Next::kLookAgain) {
		looks++;
		now += SurfaceWait::kIntervalMs;
	}
	CHECK(looks == SurfaceWait::kMaxAttempts);
	CHECK(wait.After(8999) == SurfaceWait::Next::kOnlyWait);
	CHECK(wait.UntilGivenUp(8999) == 1 && wait.UntilGivenUp(9500) == 0);
	CHECK(wait.After(9000) == SurfaceWait::Next::kGiveUp);
	SurfaceWait slow(0);
	CHECK(slow.After(8000) == SurfaceWait::Next::kGiveUp);
}

void FrameworksAreLookedForWhereXcodesHaveThem() {
	for (const std::string developer :
		{"/Applications/Xcode.app/Contents/Developer", "/Applications/Xcode.app/Contents/Developer/"}) {
		CHECK((SimulatorKitPaths(developer) ==
			std::vector<std::string>{
				"/Applications/Xcode.app/Contents/SharedFrameworks/SimulatorKit.framework/SimulatorKit",
				"/Applications/Xcode.app/Contents/Developer/Library/PrivateFrameworks/SimulatorKit.framework/"
				"SimulatorKit"}));
		CHECK((CoreSimulatorPaths(developer) ==
			std::vector<std::string>{"/Library/Developer/PrivateFrameworks/CoreSimulator.framework/CoreSimulator",
				"/Applications/Xcode.app/Contents/Developer/Library/PrivateFrameworks/CoreSimulator.framework/"
				"CoreSimulator"}));
	}
}

void TheButtonOfSiriIsRefused() {
	CHECK(CodeOf([] { RefuseHarmfulButton(0x0C, 0xCF); }) == "button-refused");
	CHECK(CodeOf([] { RefuseHarmfulButton(0x0C, 0x40); }).empty());
	CHECK(CodeOf([] { RefuseHarmfulButton(0x0B, 0xCF); }).empty());
}

}  // namespace

int main() {
	porthole::check::CheckList checks;
	RUN(checks, AFingerMessageGetsItsTargetTwiceAndNothingElse);
	RUN(checks, EdgesAreAFlagAndABit);
	RUN(checks, AFingerMessageThatIsTooShortIsRefused);
	RUN(checks, TwoFingersAreWrittenIntoThreeRecords);
	RUN(checks, PhasesAreDigitizerMasks);
	RUN(checks, OrientationIsAMessageOf108Bytes);
	RUN(checks, AContactBeginsOnceAndEndsOnce);
	RUN(checks, EdgesOfDtuhidAreNumbered);
	RUN(checks, InputThatWaitedIsGivenInItsOrder);
	RUN(checks, InputThatWaitedTooLongOrIsTooMuchIsDropped);
	RUN(checks, AScreenIsLookedForTenTimesAndWaitedForEightSeconds);
	RUN(checks, FrameworksAreLookedForWhereXcodesHaveThem);
	RUN(checks, TheButtonOfSiriIsRefused);
	return checks.exit_code();
}
