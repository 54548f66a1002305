/// One rendition's coder, with times given: waits, failures and what never answers.

#include <deque>
#include <mutex>

#include "capture/surface-encoder.h"
#include "checks.h"
#include "native-error.h"
#include "stage.h"

namespace porthole::check {

namespace {

using fakes::script;
using Turns = fakes::Script::Turns;
using Ways = fakes::Script::Ways;

constexpr Rate kRate{1'000'000, 60};
/// More than an encoder may take.
constexpr double kLong = 3000;

/// A coder of 64x48 pixels with a frame, and the answers that came for it.
class Bench {
public:
	Bench() {
		coder.Resize(64, 48);
		Draw();
	}

	void Draw() {
		CfRef<CVPixelBufferRef> frame = coder.NewFrame();
		CHECK(bool(frame));
		coder.SetFrame(std::move(frame));
	}

	/// Waits for the answer that is under way; fails where none comes.
	CompressionAnswer Answer() {
		std::unique_lock lock(mutex_);
		CHECK(came_.wait_for(lock, std::chrono::seconds(5), [this] { return !answers_.empty(); }));
		CompressionAnswer answer = std::move(answers_.front());
		answers_.pop_front();
		return answer;
	}

	/// Codes the frame and gives what comes of it.
	SurfaceEncoder::Outcome Code(double now) {
		coder.Code(now, now);
		CHECK(coder.coding());
		return coder.Take(Answer(), now + 5).value();
	}

private:
	std::mutex mutex_;
	std::condition_variable came_;
	std::deque<CompressionAnswer> answers_;

public:
	SurfaceEncoder coder{kRate, [this](CompressionAnswer answer) {
							 {
								 const std::lock_guard lock(mutex_);
								 answers_.push_back(std::move(answer));
							 }
							 came_.notify_one();
						 }};
};

void OneFrameIsCodedAtATime() {
	Bench bench;
	CHECK(bench.coder.busy_until() == 0);
	bench.coder.Code(1000, 1000);
	CHECK(bench.coder.busy_until() > 1e9);
	const SurfaceEncoder::Outcome outcome = bench.coder.Take(bench.Answer(), 1007).value();
	CHECK(outcome.coded.keyframe && outcome.encode_ms == 7 && outcome.capture_time == 1000 && !outcome.again);
	CHECK(outcome.description.starts_with("VideoToolbox"));
	CHECK(bench.coder.busy_until() == 0);
	CHECK(!bench.Code(1020).coded.keyframe);
}

void WhatNeverAnswersIsGivenUpAndItsSessionToo() {
	script().Change([](Turns&, Ways& ways) { ways.held = true; });
	Bench bench;
	bench.coder.Code(1000, 1000);
	CHECK(!bench.coder.GiveUp(1500));
	const SurfaceEncoder::Outcome outcome = bench.coder.GiveUp(1000 + kLong).value();
	script().Change([](Turns&, Ways& ways) { ways.held = false; });
	CHECK(outcome.coded.data.empty() && outcome.again);
	CHECK(bench.Code(5000).coded.keyframe);
	CHECK(bench.coder.sessions() == 2);
}

void AnAnswerAfterItWasGivenUpCountsForNothing() {
	script().Change([](Turns&, Ways& ways) {
		ways.held = true;
		ways.answers_after_end = true;
	});
	Bench bench;
	bench.coder.Code(1000, 1000);
	CHECK(bench.coder.GiveUp(1000 + kLong).has_value());
	script().Change([](Turns&, Ways& ways) { ways.held = false; });
	fakes::RunLateCallbacks();
	CHECK(bench.Code(5000).coded.keyframe);
	CHECK(!bench.coder.Take({1, CompressionAnswer::Kind::kCoded, {}, noErr}, 5010));
}

void ABusyEncoderIsTriedAgainWithGrowingWaits() {
	constexpr auto kBusy = kVTVideoEncoderNotAvailableNowErr;
	// With and without low latency, four times.
	script().Change([](Turns& turns, Ways&) { turns.create.assign(8, kBusy); });
	Bench bench;
	double now = 1000;
	double last_wait = 0;
	for (int attempt = 0; attempt < 4; attempt++) {
		bench.coder.Code(now, now);
		CHECK(!bench.coder.coding());
		const double wait = bench.coder.busy_until() - now;
		CHECK(wait > last_wait && wait <= 500);
		last_wait = wait;
		now += wait;
	}
	CHECK(bench.Code(now).coded.keyframe);
}

void OneThatStaysBusyIsAnErrorInTheEnd() {
	script().Change([](Turns& turns, Ways&) { turns.create.assign(100, kVTCouldNotFindVideoEncoderErr); });
	Bench bench;
	std::string code;
	double now = 1000;
	for (int attempt = 0; attempt < 20 && code.empty(); attempt++) {
		try {
			bench.coder.Code(now, now);
			now = bench.coder.busy_until();
		} catch (const NativeError& error) {
			code = error.code();
		}
	}
	CHECK(code == "encoder-unavailable");
	CHECK(now > 3000 && now < 10'000);
}

void OneThatKeepsFailingIsAnErrorInTheEnd() {
	script().Change([](Turns& turns, Ways&) { turns.output.assign(100, kVTVideoEncoderMalfunctionErr); });
	Bench bench;
	int frames = 0;
	try {
		for (double now = 1000; frames < 20; now = bench.coder.busy_until()) {
			CHECK(bench.Code(now).again);
			frames++;
		}
	} catch (const NativeError& error) {
		CHECK(error.code() == "encoder-failed");
	}
	CHECK(frames == 10);
}

void TheMemoryOfFramesIsBounded() {
	Bench bench;
	std::vector<CfRef<CVPixelBufferRef>> kept;
	while (CfRef<CVPixelBufferRef> frame = bench.coder.NewFrame()) {
		kept.push_back(std::move(frame));
		CHECK(kept.size() < 20);
	}
	CHECK(kept.size() > 2);
}

void ACoderThatEndsWhileItCodesIsNotCalledAnyMore() {
	for (const bool late : {false, true}) {
		script().Change([late](Turns&, Ways& ways) {
			ways.held = true;
			ways.answers_after_end = late;
		});
		Bench bench;
		bench.coder.Code(1000, 1000);
		bench.coder.Rest();
		CHECK(!bench.coder.coding());
	}
	fakes::RunLateCallbacks();
}

}  // namespace

void RunCoderChecks(CheckList& checks) {
	RUN_CLEAN(checks, OneFrameIsCodedAtATime);
	RUN_CLEAN(checks, WhatNeverAnswersIsGivenUpAndItsSessionToo);
	RUN_CLEAN(checks, AnAnswerAfterItWasGivenUpCountsForNothing);
	RUN_CLEAN(checks, ABusyEncoderIsTriedAgainWithGrowingWaits);
	RUN_CLEAN(checks, OneThatStaysBusyIsAnErrorInTheEnd);
	RUN_CLEAN(checks, OneThatKeepsFailingIsAnErrorInTheEnd);
	RUN_CLEAN(checks, TheMemoryOfFramesIsBounded);
	RUN_CLEAN(checks, ACoderThatEndsWhileItCodesIsNotCalledAnyMore);
}

}  // namespace porthole::check
