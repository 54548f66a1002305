/// A surface's source when everything else does what it may at the worst moment.

#include <atomic>
#include <thread>

#include "capture/surface-copier.h"
#include "capture/surface-source.h"
#include "checks.h"
#include "stage.h"

namespace porthole::check {

namespace {

using fakes::script;
using Turns = fakes::Script::Turns;
using Ways = fakes::Script::Ways;

constexpr Rate kRate{2'000'000, 60};

void ACopyThatIsDrawnToMeanwhileIsMadeAgain() {
	Recording sink;
	Screen screen(128, 96);
	screen.Fill(20);
	std::atomic<int> times{0};
	script().Change([&](Turns&, Ways& ways) {
		ways.in_transfer = [&] {
			if (times++ < 2) screen.Fill(static_cast<std::uint8_t>(100 + times * 50));
		};
	});
	SurfaceSource source(kRate, sink);
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(1));
	// The upper half of a torn copy would show what was there before.
	CHECK(Decode(sink.bytes()).at(0).Shows(200));
	CHECK(source.counters().retried == 2 && source.counters().torn == 0);
	script().Change([](Turns&, Ways& ways) { ways.in_transfer = nullptr; });
}

void OneThatIsAlwaysDrawnToIsCodedAllTheSameAndCounted() {
	Recording sink;
	Screen screen(128, 96);
	std::atomic<std::uint8_t> grey{0};
	script().Change([&](Turns&, Ways& ways) { ways.in_transfer = [&] { screen.Fill(grey++); }; });
	SurfaceSource source(kRate, sink);
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(5));
	CHECK(source.counters().torn >= 5);
	CHECK(source.counters().retried >= 5 * (SurfaceCopier::kMaxCopies - 1));
	// Once it rests, the last frame is whole.
	script().Change([&](Turns&, Ways& ways) { ways.in_transfer = nullptr; });
	sink.AwaitQuiet();
	screen.Fill(77);
	source.Damaged();
	CHECK(sink.AwaitGrey(77));
}

void AChangeThatNobodyTellsOfIsSeenAllTheSame() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	Screen screen(64, 48);
	screen.Fill(40);
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(1));
	sink.AwaitQuiet();
	screen.Fill(160);
	CHECK(sink.AwaitGrey(160));
}

void AReaderThatLagsGetsAKeyframeOnceItHasCaughtUp() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	Screen screen(64, 48);
	screen.Fill(40);
	sink.TakeOnly(1);
	source.SetSurface(screen.ref());
	CHECK(sink.Await([](const Recording& seen) { return seen.Blocked(Rendition::kMain); }));
	sink.AwaitQuiet();
	screen.Fill(160);
	source.Damaged();
	sink.AwaitQuiet();
	CHECK(sink.units().size() == 1);
	sink.TakeAll();
	source.RequestKeyframe(Rendition::kMain);
	CHECK(sink.AwaitUnits(2));
	CHECK(sink.units()[1].keyframe && Decode({sink.units()[1].data}).at(0).Shows(160));
	CHECK(source.stats().renditions[0].dropped == 1);
}

void ASessionThatFailsIsMadeAnewAndNothingIsLost() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	Screen screen(64, 48);
	screen.Fill(40);
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(1));
	sink.AwaitQuiet();
	for (const std::uint8_t grey : {110, 190}) {
		const std::size_t before = sink.units().size();
		script().Change([&](Turns& turns, Ways&) {
			(grey == 110 ? turns.encode : turns.output) = {kVTInvalidSessionErr, kVTInvalidSessionErr};
		});
		screen.Fill(grey);
		source.Damaged();
		CHECK(sink.AwaitUnits(before + 1));
		CHECK(sink.units()[before].keyframe && Decode({sink.units()[before].data}).at(0).Shows(grey));
		sink.AwaitQuiet();
	}
	CHECK(source.counters().sessions == 5 && !sink.end());
}

void DroppedFramesAreMadeUpFor() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	Screen screen(64, 48);
	screen.Fill(40);
	script().Change([](Turns& turns, Ways&) {
		turns.dropped = 2;
		turns.keyframes_refused = 1;
	});
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(1));
	CHECK(sink.units()[0].keyframe && Decode(sink.bytes()).at(0).Shows(40));
	sink.AwaitQuiet();
	script().Change([](Turns& turns, Ways&) { turns.dropped_twice = 2; });
	screen.Fill(200);
	source.Damaged();
	CHECK(sink.AwaitGrey(200));
	CHECK(source.counters().sessions == 1);
}

void AnEmptyPoolAndACopyThatFailsAreTriedAgain() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	Screen screen(64, 48);
	screen.Fill(40);
	script().Change([](Turns& turns, Ways&) {
		turns.pool_empty = 2;
		turns.transfer = {kVTPixelTransferNotSupportedErr, kVTAllocationFailedErr};
	});
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(1));
	CHECK(Decode(sink.bytes()).at(0).Shows(40));
}

void ASurfaceThatCanNeverBeCopiedIsTheEnd() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	const Screen screen(64, 48);
	script().Change([](Turns& turns, Ways&) { turns.transfer.assign(1000, kVTPixelTransferNotSupportedErr); });
	source.SetSurface(screen.ref());
	CHECK(sink.Await([](const Recording& seen) { return seen.end() == "capture-failed"; }));
}

void SurfacesMayComeAndGoWhileTheyAreDrawnTo() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	source.SetRate(Rendition::kSmall, kRate);
	std::atomic<bool> done{false};
	std::thread owner([&] {
		for (int turn = 0; turn < 30; turn++) {
			const Screen screen(static_cast<std::size_t>(64 + turn % 3 * 16), 64);
			source.SetSurface(screen.ref());
			source.Damaged();
			if (turn % 4 == 0) source.SetSurface(nullptr);
			if (turn % 5 == 0) source.Snapshot();
			std::this_thread::yield();
		}
		done = true;
	});
	while (!done) {
		source.RequestKeyframe(Rendition::kSmall);
		source.ExpectDamage();
		source.stats();
		sink.Await([calls = 0](const Recording&) mutable { return ++calls > 1; });
	}
	owner.join();
	Screen last(80, 64);
	last.Fill(123);
	source.SetSurface(last.ref());
	CHECK(sink.Await([](const Recording& seen) {
		const std::vector<AccessUnit> units = seen.units();
		return !units.empty() && units.back().width == 80 && LastOf(seen.bytes()).Shows(123);
	}));
	CHECK(!sink.end());
}

void ItMayBeClosedWhileAFrameIsCoded() {
	for (const bool late : {false, true}) {
		Recording sink;
		const Screen screen(64, 48);
		script().Change([late](Turns&, Ways& ways) {
			ways.held = true;
			ways.answers_after_end = late;
		});
		SurfaceSource source(kRate, sink);
		source.SetSurface(screen.ref());
		CHECK(sink.Await([&](const Recording&) { return source.stats().captured == 1; }));
		source.Close();
		CHECK(sink.units().empty() && !sink.end());
	}
}

}  // namespace

void RunTroubleChecks(CheckList& checks) {
	RUN_CLEAN(checks, ACopyThatIsDrawnToMeanwhileIsMadeAgain);
	RUN_CLEAN(checks, OneThatIsAlwaysDrawnToIsCodedAllTheSameAndCounted);
	RUN_CLEAN(checks, AChangeThatNobodyTellsOfIsSeenAllTheSame);
	RUN_CLEAN(checks, AReaderThatLagsGetsAKeyframeOnceItHasCaughtUp);
	RUN_CLEAN(checks, ASessionThatFailsIsMadeAnewAndNothingIsLost);
	RUN_CLEAN(checks, DroppedFramesAreMadeUpFor);
	RUN_CLEAN(checks, AnEmptyPoolAndACopyThatFailsAreTriedAgain);
	RUN_CLEAN(checks, ASurfaceThatCanNeverBeCopiedIsTheEnd);
	RUN_CLEAN(checks, SurfacesMayComeAndGoWhileTheyAreDrawnTo);
	RUN_CLEAN(checks, ItMayBeClosedWhileAFrameIsCoded);
}

}  // namespace porthole::check
