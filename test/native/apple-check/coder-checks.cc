/// One rendition's encoder, with times given: waits, failures and what never answers.

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

/// A encoder of 64x48 pixels with a frame, and the answers that came for it.
class Bench {
public:
	Bench() {
		encoder.Resize(64, 48);
		Draw();
	}

	void Draw() {
		CfRef<CVPixelBufferRef> frame = encoder.NewFrame();
		CHECK(bool(frame));
		encoder.SetFrame(std::move(frame));
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
	SurfaceEncoder::Outcome Encode(double now) {
		encoder.Encode(now, now);
		CHECK(encoder.encoding());
		return encoder.Take(Answer(), now + 5).value();
	}

private:
	std::mutex mutex_;
	std::condition_variable came_;
	std::deque<CompressionAnswer> answers_;

public:
	SurfaceEncoder encoder{kRate, [this](CompressionAnswer answer) {
							   {
								   const std::lock_guard lock(mutex_);
								   answers_.push_back(std::move(answer));
							   }
							   came_.notify_one();
						   }};
};

void OneFrameIsCodedAtATime() {
	Bench bench;
	CHECK(bench.encoder.busy_until() == 0);
	bench.encoder.Encode(1000, 1000);
	CHECK(bench.encoder.busy_until() > 1e9);
	const SurfaceEncoder::Outcome outcome = bench.encoder.Take(bench.Answer(), 1007).value();
	CHECK(outcome.encoded.keyframe && outcome.encode_ms == 7 && outcome.capture_time == 1000 && !outcome.again);
	CHECK(outcome.description.starts_with("VideoToolbox"));
	CHECK(bench.encoder.busy_until() == 0);
	CHECK(!bench.Encode(1020).encoded.keyframe);
}

void WhatNeverAnswersIsGivenUpAndItsSessionToo() {
	script().Change([](Turns&, Ways& ways) { ways.held = true; });
	Bench bench;
	bench.encoder.Encode(1000, 1000);
	CHECK(!bench.encoder.GiveUp(1500));
	const SurfaceEncoder::Outcome outcome = bench.encoder.GiveUp(1000 + kLong).value();
	script().Change([](Turns&, Ways& ways) { ways.held = false; });
	CHECK(outcome.encoded.data.empty() && outcome.again);
	CHECK(bench.Encode(5000).encoded.keyframe);
	CHECK(bench.encoder.sessions() == 2);
}

void AnAnswerAfterItWasGivenUpCountsForNothing() {
	script().Change([](Turns&, Ways& ways) {
		ways.held = true;
		ways.answers_after_end = true;
	});
	Bench bench;
	bench.encoder.Encode(1000, 1000);
	CHECK(bench.encoder.GiveUp(1000 + kLong).has_value());
	script().Change([](Turns&, Ways& ways) { ways.held = false; });
	fakes::RunLateCallbacks();
	CHECK(bench.Encode(5000).encoded.keyframe);
	CHECK(!bench.encoder.Take({1, CompressionAnswer::Kind::kEncoded, {}, noErr}, 5010));
}

void ABusyEncoderIsTriedAgainWithGrowingWaits() {
	constexpr auto kBusy = kVTVideoEncoderNotAvailableNowErr;
	// With and without low latency, four times.
	script().Change([](Turns& turns, Ways&) { turns.create.assign(8, kBusy); });
	Bench bench;
	double now = 1000;
	double last_wait = 0;
	for (int attempt = 0; attempt < 4; attempt++) {
		bench.encoder.Encode(now, now);
		CHECK(!bench.encoder.encoding());
		const double wait = bench.encoder.busy_until() - now;
		CHECK(wait > last_wait && wait <= 500);
		last_wait = wait;
		now += wait;
	}
	CHECK(bench.Encode(now).encoded.keyframe);
}

void OneThatStaysBusyIsAnErrorInTheEnd() {
	script().Change([](Turns& turns, Ways&) { turns.create.assign(100, kVTCouldNotFindVideoEncoderErr); });
	Bench bench;
	std::string code;
	double now = 1000;
	for (int attempt = 0; attempt < 20 && code.empty(); attempt++) {
		try {
			bench.encoder.Encode(now, now);
			now = bench.encoder.busy_until();
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
		for (double now = 1000; frames < 20; now = bench.encoder.busy_until()) {
			CHECK(bench.Encode(now).again);
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
	while (CfRef<CVPixelBufferRef> frame = bench.encoder.NewFrame()) {
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
		bench.encoder.Encode(1000, 1000);
		bench.encoder.Rest();
		CHECK(!bench.encoder.encoding());
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
