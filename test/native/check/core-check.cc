/// Checks the parts of the native code that need no display and no encoder, with times given. Prints one line a check,
/// "ok NAME" or "not ok NAME: what did not hold"; exit code 1 when one failed. Run by test/native/core.test.ts.

#include <vector>

#include "check-list.h"
#include "encode/access-unit-queue.h"
#include "encode/frame-pacer.h"
#include "encode/h264.h"
#include "encode/rectangle.h"
#include "input/input-queue.h"

namespace {

using namespace porthole;
using Next = FramePacer::Next;

constexpr double kInterval = 20;
constexpr double kRate = 1000 / kInterval;

/// Takes what is due until `end` and tells when; everything encoded is calm or not.
std::vector<double> TimesUntil(FramePacer& pacer, double end, bool calm) {
	std::vector<double> times;
	for (auto due = pacer.Due(); due && *due < end; due = pacer.Due()) {
		CHECK(pacer.Take(*due) != Next::kNothing);
		times.push_back(*due);
		pacer.Coded(calm);
	}
	return times;
}

void NothingIsDueOnAnIdleScreen() {
	FramePacer pacer(kRate);
	CHECK(!pacer.Due());
	CHECK(pacer.Take(1000) == Next::kNothing);
}

void AChangeIsDueAtOnceAndRepeatedThreeTimes() {
	FramePacer pacer(kRate);
	pacer.Changed();
	CHECK(*pacer.Due() <= 1000);
	CHECK(pacer.Take(1000) == Next::kChange);
	pacer.Coded(true);
	CHECK(TimesUntil(pacer, 9000, true).size() == FramePacer::kTrailingFrames);
	CHECK(!pacer.Due());
}

void RepeatsGoOnWhileTheyCostBits() {
	FramePacer pacer(kRate);
	pacer.Changed();
	pacer.Take(1000);
	pacer.Coded(false);
	CHECK(TimesUntil(pacer, 1000 + 10.5 * kInterval, false).size() == 10);
	CHECK(TimesUntil(pacer, 9000, true).size() == FramePacer::kTrailingFrames);
}

void RepeatsThatNeverCalmDownEndToo() {
	FramePacer pacer(kRate);
	pacer.Changed();
	pacer.Take(1000);
	pacer.Coded(false);
	CHECK(TimesUntil(pacer, 1e9, false).size() == FramePacer::kMaxRepeats);
}

void ConstantChangeKeepsToTheRate() {
	FramePacer pacer(kRate);
	int taken = 0;
	for (double now = 1000; now < 2000; now += 1) {
		pacer.Changed();
		if (pacer.Take(now) == Next::kChange) taken++;
	}
	CHECK(taken >= kRate && taken <= kRate + 1);
}

void ASourceOfTheSameRateWithJitterLosesNothing() {
	FramePacer pacer(kRate);
	for (int frame = 0; frame < 100; frame++) {
		const double jitter = frame % 2 == 0 ? 0 : -kInterval * 0.4;
		pacer.Changed();
		CHECK(pacer.Take(1000 + frame * kInterval + jitter) == Next::kChange);
		pacer.Coded(false);
	}
}

void AMovementIsNotRepeatedInBetween() {
	FramePacer pacer(kRate);
	double now = 1000;
	for (int frame = 0; frame < 10; frame++, now += 2 * kInterval) {
		pacer.Changed();
		CHECK(pacer.Take(now) == Next::kChange);
		pacer.Coded(false);
		if (frame > 0) CHECK(*pacer.Due() > now + 2 * kInterval);
	}
	CHECK(*pacer.Due() < now + 2 * kInterval);
}

void InputGrantsAFewChangesBeyondTheRate() {
	FramePacer pacer(1);
	pacer.Changed();
	CHECK(pacer.Take(1000) == Next::kChange);
	pacer.ExpectChange();
	for (int change = 1; change <= FramePacer::kExpectedChanges; change++) {
		pacer.Changed();
		CHECK(pacer.Take(1000 + change) == Next::kChange);
	}
	pacer.Changed();
	CHECK(pacer.Take(1010) == Next::kNothing);
}

void AStreamOfInputDoesNotOutrunTheRate() {
	FramePacer pacer(kRate);
	int taken = 0;
	for (double now = 1000; now < 2000; now += 1) {
		pacer.ExpectChange();
		pacer.Changed();
		if (pacer.Take(now) == Next::kChange) taken++;
	}
	CHECK(taken <= kRate + 5);
}

void AWantedRepeatComesAtItsTimeUnlessAChangeDoes() {
	FramePacer pacer(kRate);
	pacer.RepeatAt(1010);
	CHECK(pacer.Take(1009) == Next::kNothing);
	CHECK(pacer.Take(1010) == Next::kRepeat);
	pacer.Coded(true);
	TimesUntil(pacer, 5000, true);
	pacer.RepeatAt(5010);
	pacer.Changed();
	CHECK(pacer.Take(5005) == Next::kChange);
	CHECK(*pacer.Due() > 5010);
}

void AFullQueueDropsTheNewestUntilTheReaderRecovers() {
	AccessUnitQueue queue(2);
	for (int number = 0; number < 2; number++) {
		AccessUnit unit;
		unit.width = number;
		CHECK(queue.Push(std::move(unit)));
	}
	CHECK(!queue.Push({}));
	CHECK(queue.Overflowed(Rendition::kMain));
	CHECK(queue.Pop()->width == 0);
	CHECK(!queue.Push({}));
	CHECK(queue.Pop()->width == 1);
	CHECK(!queue.Pop());
	CHECK(queue.Recover(Rendition::kMain));
	CHECK(!queue.Recover(Rendition::kMain));
	CHECK(queue.Push({}));
}

void AFullShareOfOneRenditionLeavesTheOtherAlone() {
	AccessUnitQueue queue(1);
	const auto unit = [](Rendition rendition) {
		AccessUnit made;
		made.rendition = rendition;
		return made;
	};
	CHECK(queue.Push(unit(Rendition::kMain)));
	CHECK(!queue.Push(unit(Rendition::kMain)));
	CHECK(queue.Push(unit(Rendition::kSmall)));
	CHECK(queue.Overflowed(Rendition::kMain));
	CHECK(!queue.Overflowed(Rendition::kSmall));
	CHECK(queue.Pop()->rendition == Rendition::kMain);
	CHECK(queue.Pop()->rendition == Rendition::kSmall);
	CHECK(queue.Push(unit(Rendition::kSmall)));
	CHECK(!queue.Recover(Rendition::kSmall));
	CHECK(queue.Recover(Rendition::kMain));
}

void PointerMovesMeltButPressesStayWhereTheyWere() {
	InputQueue queue;
	for (int x = 0; x < 5000; x++) CHECK(queue.Push(PointerState{x, 0, 0}));
	CHECK(queue.Push(PointerState{7, 7, 1}));
	for (int x = 0; x < 5000; x++) CHECK(queue.Push(PointerState{x, 1, 1}));
	CHECK(queue.Push(PointerState{9, 9, 0}));
	std::vector<PointerState> states;
	while (auto command = queue.Pop()) states.push_back(std::get<PointerState>(*command));
	CHECK(states.size() <= 5);
	CHECK(states.back().x == 9 && states.back().buttons == 0);
	bool pressed_in_place = false;
	for (const PointerState& state : states) pressed_in_place |= state.x == 7 && state.y == 7 && state.buttons == 1;
	CHECK(pressed_in_place);
}

void InputThatDoesNotFitIsRefused() {
	InputQueue queue;
	std::size_t taken = 0;
	while (taken < 2 * InputQueue::kMaxCommands && queue.Push(KeyChange{38, taken % 2 == 0})) taken++;
	CHECK(taken == InputQueue::kMaxCommands);
	InputQueue texts;
	CHECK(texts.Push(TypedText{std::u32string(InputQueue::kMaxCharacters, U'x')}));
	CHECK(!texts.Push(TypedText{U"y"}));
	texts.Pop();
	CHECK(texts.Push(TypedText{U"y"}));
}

void ManyChangedPartsBecomeTheirBoundingBox() {
	ChangedRegion region;
	for (int part = 0; part <= static_cast<int>(ChangedRegion::kMaxParts); part++) region.Add({part * 10, part, 5, 5});
	CHECK(region.parts().size() == 1);
	CHECK((region.parts()[0] == Rectangle{0, 0, 165, 21}));
}

void APartInsideAKnownOneIsNotKeptTwice() {
	ChangedRegion region;
	region.Add({10, 10, 20, 20});
	region.Add({12, 12, 18, 18});
	CHECK(region.parts().size() == 1);
	region.Add({12, 12, 19, 18});
	CHECK(region.parts().size() == 2);
}

void RectanglesGrowToEvenEdges() {
	CHECK((Rectangle{3, 5, 2, 2}.Even() == Rectangle{2, 4, 4, 4}));
	CHECK((Rectangle{-5, -5, 20, 8}.ClippedTo(10, 10) == Rectangle{0, 0, 10, 3}));
	CHECK((Rectangle{20, 20, 5, 5}.ClippedTo(10, 10).empty()));
}

void StartCodesBecomeFourBytesAndSeiGoes() {
	std::vector<std::uint8_t> unit;
	const std::uint8_t slice[] = {0, 0, 1, 0x65, 0xaa};
	const std::uint8_t sei[] = {0, 0, 0, 1, 0x06, 0xbb};
	const std::uint8_t sps[] = {0, 0, 0, 1, 0x67, 0xcc};
	AppendNal(unit, sps, sizeof sps);
	AppendNal(unit, sei, sizeof sei);
	AppendNal(unit, slice, sizeof slice);
	CHECK((unit == std::vector<std::uint8_t>{0, 0, 0, 1, 0x67, 0xcc, 0, 0, 0, 1, 0x65, 0xaa}));
}

void LevelsHoldTheirFrames() {
	CHECK(LevelFor(1280, 720, 30) == 31);
	CHECK(LevelFor(1280, 720, 60) == 32);
	CHECK(LevelFor(1920, 1080, 60) == 42);
	CHECK(LevelFor(3840, 2160, 60) == 52);
	CHECK(LevelFor(8192, 8192, 60) == 52);
}

}  // namespace

int main() {
	porthole::check::CheckList checks;
	RUN(checks, NothingIsDueOnAnIdleScreen);
	RUN(checks, AChangeIsDueAtOnceAndRepeatedThreeTimes);
	RUN(checks, RepeatsGoOnWhileTheyCostBits);
	RUN(checks, RepeatsThatNeverCalmDownEndToo);
	RUN(checks, ConstantChangeKeepsToTheRate);
	RUN(checks, ASourceOfTheSameRateWithJitterLosesNothing);
	RUN(checks, AMovementIsNotRepeatedInBetween);
	RUN(checks, InputGrantsAFewChangesBeyondTheRate);
	RUN(checks, AStreamOfInputDoesNotOutrunTheRate);
	RUN(checks, AWantedRepeatComesAtItsTimeUnlessAChangeDoes);
	RUN(checks, AFullQueueDropsTheNewestUntilTheReaderRecovers);
	RUN(checks, AFullShareOfOneRenditionLeavesTheOtherAlone);
	RUN(checks, APartInsideAKnownOneIsNotKeptTwice);
	RUN(checks, PointerMovesMeltButPressesStayWhereTheyWere);
	RUN(checks, InputThatDoesNotFitIsRefused);
	RUN(checks, ManyChangedPartsBecomeTheirBoundingBox);
	RUN(checks, RectanglesGrowToEvenEdges);
	RUN(checks, StartCodesBecomeFourBytesAndSeiGoes);
	RUN(checks, LevelsHoldTheirFrames);
	return checks.exit_code();
}
