#include "capture/seed-watch.h"
#include "checks.h"

namespace porthole::check {

namespace {

/// Looks when it is time to, until `end`; how often.
int LooksUntil(SeedWatch& watch, std::uint32_t seed, double end) {
	int looks = 0;
	for (; watch.NextLook() < end; looks++) watch.Look(seed, watch.NextLook());
	return looks;
}

/// A watch that has found a call to be late, at 1000 ms and a bit.
SeedWatch Suspicious() {
	SeedWatch watch;
	watch.Follow(1, 0);
	LooksUntil(watch, 1, 1000);
	LooksUntil(watch, 2, 1600);
	return watch;
}

void AnIdleSurfaceIsLookedAtFourTimesASecond() {
	SeedWatch watch;
	watch.Follow(1, 0);
	CHECK(LooksUntil(watch, 1, 10'001) == 40);
	CHECK(watch.untold() == 0);
}

void PromptCallsKeepTheLooksRare() {
	SeedWatch watch;
	watch.Follow(1, 0);
	int looks = 0;
	for (std::uint32_t seed = 2; seed < 600; seed++) {
		const double drawn = seed * 16.0;
		// The look may come between the drawing and the call.
		if (watch.NextLook() <= drawn + 2) {
			CHECK(watch.Look(seed, drawn + 2));
			looks++;
		}
		watch.Told(seed, drawn + 5);
	}
	CHECK(looks < 45);
	CHECK(watch.untold() == 0);
}

void AMovedSeedIsFoundOnce() {
	SeedWatch watch;
	watch.Follow(1, 0);
	CHECK(!watch.Look(1, 250));
	CHECK(watch.Look(2, 500));
	CHECK(!watch.Look(2, 750));
	watch.Read(5);
	CHECK(!watch.Look(5, 1000));
}

void AChangeThatNobodyTellsOfMakesLooksFrequent() {
	SeedWatch watch = Suspicious();
	CHECK(watch.untold() == 1);
	const int looks = LooksUntil(watch, 2, watch.NextLook() + 1000);
	CHECK(looks >= 59 && looks <= 61);
}

void LateCallsCountAsNone() {
	SeedWatch watch;
	watch.Follow(1, 0);
	CHECK(watch.Look(2, 250));
	watch.Told(2, 250 + SeedWatch::kGraceMs + 1);
	CHECK(watch.untold() == 1);
	CHECK(watch.NextLook() < 270);
}

void LooksGetRareAgainUntilInputIsGiven() {
	SeedWatch watch = Suspicious();
	LooksUntil(watch, 2, 20'000);
	CHECK(LooksUntil(watch, 2, 21'000) == 4);
	watch.ExpectChange(21'000);
	CHECK(watch.NextLook() <= 21'000 + SeedWatch::kFastMs);
	CHECK(LooksUntil(watch, 2, 22'000) > 50);
	CHECK(LooksUntil(watch, 2, 24'000) < 15);
}

}  // namespace

void RunSeedChecks(CheckList& checks) {
	RUN(checks, AnIdleSurfaceIsLookedAtFourTimesASecond);
	RUN(checks, PromptCallsKeepTheLooksRare);
	RUN(checks, AMovedSeedIsFoundOnce);
	RUN(checks, AChangeThatNobodyTellsOfMakesLooksFrequent);
	RUN(checks, LateCallsCountAsNone);
	RUN(checks, LooksGetRareAgainUntilInputIsGiven);
}

}  // namespace porthole::check
