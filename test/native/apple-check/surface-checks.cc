/// A surface that behaves: what is drawn comes out, at its rate, in both renditions.

#include <chrono>

#include "capture/surface-source.h"
#include "checks.h"
#include "stage.h"

namespace porthole::check {

namespace {

using Turns = fakes::Script::Turns;
using Ways = fakes::Script::Ways;

constexpr Rate kRate{2'000'000, 60};
constexpr Rate kSmallRate{500'000, 60};

void WhatIsDrawnComesOut() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	Screen screen(128, 96);
	screen.Fill(40);
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(1));
	screen.Fill(200);
	source.Damaged();
	CHECK(sink.AwaitGrey(200));
	const std::vector<AccessUnit> units = sink.units();
	CHECK(units[0].keyframe && units[0].width == 128 && units[0].height == 96);
	CHECK(units[0].encoder.starts_with("VideoToolbox in hardware") && units[1].encoder.empty());
	CHECK(Decode({units[0].data}).at(0).Shows(40));
	CHECK(source.stats().renditions[0].keyframes == 1);
	CHECK(source.counters().torn == 0 && source.counters().sessions == 1);
}

void AnIdleScreenIsNotCodedAndALateComerGetsTheLastFrame() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	Screen screen(128, 96);
	screen.Fill(70);
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(2));
	sink.AwaitQuiet();
	const std::size_t before = sink.units().size();
	CHECK(before < 30);
	source.RequestKeyframe(Rendition::kMain);
	CHECK(sink.AwaitUnits(before + 1));
	const AccessUnit keyframe = sink.units()[before];
	CHECK(keyframe.keyframe && Decode({keyframe.data}).at(0).Shows(70));
	CHECK(source.stats().captured == 1);
}

void AnOddSurfaceLosesItsLastColumnAndNothingIsBlurred() {
	Recording sink;
	SurfaceSource source({20'000'000, 60}, sink);
	Screen screen(127, 99);
	screen.DrawStripes();
	source.SetSurface(screen.ref());
	CHECK(sink.Await([](const Recording& seen) {
		const Luma frame = LastOf(seen.bytes());
		bool sharp = frame.width == 126 && frame.height == 98;
		for (int x = 0; sharp && x < frame.width; x++) sharp = (frame.at(x, 50) > 128) == (x % 2 == 1);
		return sharp;
	}));
}

void TheSmallRenditionIsHalfAsLargeAndFollows() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	Screen screen(130, 98);
	screen.Fill(40);
	source.SetSurface(screen.ref());
	source.SetRate(Rendition::kSmall, kSmallRate);
	CHECK(sink.AwaitUnits(1, Rendition::kSmall));
	screen.Fill(180);
	source.Damaged();
	CHECK(sink.AwaitGrey(180, Rendition::kSmall));
	const AccessUnit first = sink.units(Rendition::kSmall)[0];
	CHECK(first.keyframe && first.width == 64 && first.height == 48);
	// No two frames have one capture time.
	std::vector<double> times;
	for (const Rendition rendition : kRenditions) {
		for (const AccessUnit& unit : sink.units(rendition)) {
			for (const double time : times) CHECK(time != unit.capture_time);
			times.push_back(unit.capture_time);
		}
	}
}

void WhileTheMainOneRestsTheSmallOneReadsByItself() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	source.SetRate(Rendition::kMain, std::nullopt);
	source.SetRate(Rendition::kSmall, kSmallRate);
	Screen screen(127, 99);
	screen.Fill(90);
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(1, Rendition::kSmall));
	CHECK(Decode(sink.bytes(Rendition::kSmall)).at(0).Shows(90));
	CHECK(sink.units().empty());
	screen.Fill(30);
	source.SetRate(Rendition::kMain, kRate);
	CHECK(sink.AwaitUnits(1));
	CHECK(sink.units()[0].keyframe && Decode(sink.bytes()).at(0).Shows(30));
}

void WhereBothRestNothingIsDoneAndTheNextFrameIsAKeyframe() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	Screen screen(128, 96);
	screen.Fill(40);
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(1));
	source.SetRate(Rendition::kMain, std::nullopt);
	sink.AwaitQuiet();
	const std::size_t before = sink.units().size();
	screen.Fill(210);
	source.Damaged();
	source.RequestKeyframe(Rendition::kMain);
	sink.AwaitQuiet();
	CHECK(sink.units().size() == before);
	source.SetRate(Rendition::kMain, kRate);
	CHECK(sink.AwaitUnits(before + 1));
	CHECK(sink.units()[before].keyframe && Decode({sink.units()[before].data}).at(0).Shows(210));
}

void ManyCallsKeepToTheRateAndInputMayExceedIt() {
	Recording sink;
	SurfaceSource source({1'000'000, 20}, sink);
	Screen screen(64, 48);
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(1));
	const auto began = std::chrono::steady_clock::now();
	std::uint8_t grey = 0;
	while (std::chrono::steady_clock::now() - began < std::chrono::milliseconds(400)) {
		screen.Fill(grey++);
		source.Damaged();
		sink.Await([calls = 0](const Recording&) mutable { return ++calls > 1; });
	}
	const std::uint64_t captured = source.stats().captured;
	CHECK(captured >= 2 && captured <= 13);
	// At a frame a second, only input gets anything through at once.
	source.SetRate(Rendition::kMain, Rate{1'000'000, 1});
	sink.AwaitQuiet();
	const std::uint64_t before = source.stats().captured;
	source.ExpectDamage();
	screen.Fill(255);
	source.Damaged();
	CHECK(sink.Await([&](const Recording&) { return source.stats().captured > before; }));
}

void ANewSizeBeginsWithAKeyframeOfANewSession() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	source.SetRate(Rendition::kSmall, kSmallRate);
	Screen upright(96, 128);
	upright.Fill(40);
	source.SetSurface(upright.ref());
	CHECK(sink.AwaitUnits(1) && sink.AwaitUnits(1, Rendition::kSmall));
	Screen lying(128, 96);
	lying.Fill(140);
	source.SetSurface(lying.ref());
	for (const Rendition rendition : kRenditions) {
		CHECK(sink.Await([rendition](const Recording& seen) {
			const std::vector<AccessUnit> units = seen.units(rendition);
			return !units.empty() && units.back().width > units.back().height;
		}));
		bool was_upright = true;
		for (const AccessUnit& unit : sink.units(rendition)) {
			const bool is_upright = unit.height > unit.width;
			if (was_upright && !is_upright) {
				CHECK(unit.keyframe && Decode({unit.data}).at(0).Shows(140));
			}
			CHECK(was_upright || !is_upright);
			was_upright = is_upright;
		}
	}
	CHECK(source.counters().sessions == 4);
}

void ASurfaceOfTheSameSizeNeedsNoNewSession() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	Screen one(128, 96);
	one.Fill(40);
	source.SetSurface(one.ref());
	CHECK(sink.AwaitUnits(1));
	Screen other(128, 96);
	other.Fill(140);
	source.SetSurface(other.ref());
	CHECK(sink.AwaitGrey(140));
	CHECK(source.counters().sessions == 1 && source.stats().renditions[0].keyframes == 1);
}

void WithoutASurfaceItWaits() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	source.RequestKeyframe(Rendition::kMain);
	source.Damaged();
	CHECK(!source.Snapshot());
	const Screen placeholder(1, 1);
	source.SetSurface(placeholder.ref());
	sink.AwaitQuiet();
	CHECK(sink.units().empty());
	Screen screen(64, 48);
	screen.Fill(99);
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(1));
	source.SetSurface(nullptr);
	sink.AwaitQuiet();
	const std::size_t before = sink.units().size();
	source.Damaged();
	source.RequestKeyframe(Rendition::kMain);
	sink.AwaitQuiet();
	CHECK(sink.units().size() == before);
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(before + 1));
	CHECK(sink.units()[before].keyframe);
	CHECK(!sink.end());
}

void ASnapshotHasEveryPixel() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	Screen screen(67, 45);
	screen.DrawStripes();
	source.SetSurface(screen.ref());
	const std::optional<SurfaceSnapshot> snapshot = source.Snapshot();
	CHECK(snapshot && snapshot->width == 67 && snapshot->height == 45 && snapshot->bgra.size() == 67 * 45 * 4);
	for (std::size_t pixel = 0; pixel < 67 * 45; pixel++) {
		CHECK(snapshot->bgra[pixel * 4 + 1] == (pixel % 67 % 2 == 0 ? 0 : 255));
	}
}

void TheOwnerEndsItAndNothingComesAfterThat() {
	Recording sink;
	SurfaceSource source(kRate, sink);
	const Screen screen(64, 48);
	source.SetSurface(screen.ref());
	CHECK(sink.AwaitUnits(1));
	source.End("screen-gone", "The simulator was shut down.");
	CHECK(sink.Await([](const Recording& seen) { return seen.end() == "screen-gone"; }));
	const std::size_t before = sink.units().size();
	source.SetSurface(screen.ref());
	source.Damaged();
	sink.AwaitQuiet();
	CHECK(sink.units().size() == before);
	source.Close();
	source.Close();
}

}  // namespace

void RunSurfaceChecks(CheckList& checks) {
	RUN_CLEAN(checks, WhatIsDrawnComesOut);
	RUN_CLEAN(checks, AnIdleScreenIsNotCodedAndALateComerGetsTheLastFrame);
	RUN_CLEAN(checks, AnOddSurfaceLosesItsLastColumnAndNothingIsBlurred);
	RUN_CLEAN(checks, TheSmallRenditionIsHalfAsLargeAndFollows);
	RUN_CLEAN(checks, WhileTheMainOneRestsTheSmallOneReadsByItself);
	RUN_CLEAN(checks, WhereBothRestNothingIsDoneAndTheNextFrameIsAKeyframe);
	RUN_CLEAN(checks, ManyCallsKeepToTheRateAndInputMayExceedIt);
	RUN_CLEAN(checks, ANewSizeBeginsWithAKeyframeOfANewSession);
	RUN_CLEAN(checks, ASurfaceOfTheSameSizeNeedsNoNewSession);
	RUN_CLEAN(checks, WithoutASurfaceItWaits);
	RUN_CLEAN(checks, ASnapshotHasEveryPixel);
	RUN_CLEAN(checks, TheOwnerEndsItAndNothingComesAfterThat);
}

}  // namespace porthole::check
