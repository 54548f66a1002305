/// Checks rate control and what it knows of frames, with an encoder of formulas in the place of a real one. Prints
/// like core-check.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "check-list.h"
#include "encode/frame-content.h"
#include "encode/rate-control.h"

namespace {

using namespace porthole;

constexpr Rate kRate{4'000'000, 50};
constexpr double kShare = 10'000;  ///< Bytes a frame.
constexpr double kBuffer = kShare * Encoder::kBufferedFrames;

/// A page of text: few steps, but high ones.
constexpr FrameContent kText{{48'000, 0, 0, 0, 0, 0, 0, 1'000, 11'000}};
/// A film: steps everywhere, all low.
constexpr FrameContent kFilm{{12'000, 12'000, 16'000, 16'000, 4'000}};

/// Bytes of an encoder that takes `scale` bits for each unit of cost.
std::size_t Bytes(const FrameContent& content, int qp, double scale) {
	return static_cast<std::size_t>(content.Cost(qp) * scale / 8) + 20;
}

/// Codes a keyframe, again where that is asked for; its size and, in `qp`, its quantiser.
std::size_t CodeKeyframe(RateControl& control, const FrameContent& content, double scale, int& qp) {
	qp = control.KeyframeQp(content);
	std::size_t bytes = Bytes(content, qp, scale);
	for (int retries = 0; retries < 2; retries++) {
		const auto coarser = control.KeyframeRetryQp(qp, bytes);
		if (!coarser) break;
		CHECK(*coarser > qp);
		qp = *coarser;
		bytes = Bytes(content, qp, scale);
	}
	control.Coded(qp, bytes);
	return bytes;
}

/// Codes so many frames of a film; bytes a frame over the last half.
double CodeFilm(RateControl& control, int frames, double scale) {
	double bytes = 0;
	for (int frame = 0; frame < frames; frame++) {
		const auto qp = control.ChangeQp(kFilm);
		if (!qp) continue;
		const std::size_t size = Bytes(kFilm, *qp, scale);
		control.Coded(*qp, size);
		if (frame >= frames / 2) bytes += static_cast<double>(size);
	}
	const int counted = frames - frames / 2;
	return bytes / counted;
}

bool Near(double actual, double expected, double part) {
	return actual > expected * (1 - part) && actual < expected * (1 + part);
}

void KeyframesFitTheBufferWhateverTheEncoderTakes() {
	for (const double scale : {5.0, 36.0, 72.0, 110.0}) {
		RateControl control(kRate);
		for (int keyframe = 0; keyframe < 3; keyframe++) {
			int qp = 0;
			CHECK(static_cast<double>(CodeKeyframe(control, kText, scale, qp)) < kBuffer * 1.15);
			for (int frame = 0; frame < 20; frame++) control.RepeatQp();
		}
	}
}

void AKeyframeThatFitsIsSharpAtOnce() {
	RateControl control(kRate);
	int qp = 0;
	CodeKeyframe(control, FrameContent{{60'000, 10, 10}}, 72, qp);
	CHECK(qp == RateControl::kFinestQp);
	CHECK(control.RepeatQp() == RateControl::kFinestQp);
}

void SteadyChangesTakeTheBitrate() {
	for (const double scale : {20.0, 72.0, 200.0}) {
		RateControl control(kRate);
		int qp = 0;
		CodeKeyframe(control, kFilm, scale, qp);
		CHECK(Near(CodeFilm(control, 200, scale), kShare, 0.05));
		CHECK(control.fullness() < 1);
	}
}

void ANewBitrateAndFrameRateHoldAtOnce() {
	RateControl control(kRate);
	int qp = 0;
	CodeKeyframe(control, kFilm, 72, qp);
	CodeFilm(control, 100, 72);
	control.SetRate({1'000'000, 50});
	CHECK(Near(CodeFilm(control, 60, 72), kShare / 4, 0.1));
	control.SetRate({4'000'000, 25});
	CHECK(Near(CodeFilm(control, 60, 72), kShare * 2, 0.1));
}

void ASuddenChangeFitsTheBuffer() {
	RateControl control(kRate);
	int qp = 0;
	CodeKeyframe(control, kText, 72, qp);
	for (int frame = 0; frame < 50; frame++) control.RepeatQp();
	// What scrolls takes little: new lines at the edge.
	const FrameContent edge{{500, 0, 0, 0, 0, 0, 0, 0, 40}};
	for (int frame = 0; frame < 50; frame++) {
		if (const auto edge_qp = control.ChangeQp(edge)) control.Coded(*edge_qp, Bytes(edge, *edge_qp, 10));
	}
	const auto text_qp = control.ChangeQp(kText);
	CHECK(text_qp && static_cast<double>(Bytes(kText, *text_qp, 72)) < kBuffer);
}

void TooMuchIsAnsweredByLeavingChangesOut() {
	RateControl control(kRate);
	control.KeyframeQp(kText);
	control.Coded(RateControl::kCoarsestQp, static_cast<std::size_t>(kBuffer * 2));
	int left_out = 0;
	while (!control.ChangeQp(kFilm)) left_out++;
	CHECK(left_out >= Encoder::kBufferedFrames - 2 && left_out <= Encoder::kBufferedFrames);
}

void RepeatsSharpenWithinTheBufferUntilNothingIsLeft() {
	for (const double scale : {36.0, 72.0}) {
		RateControl control(kRate);
		int coarse = 0;
		CodeKeyframe(control, kText, scale, coarse);
		CHECK(coarse > 40);
		double bytes = 0;
		int cheap_in_a_row = 0;
		int frames = 0;
		for (; coarse > RateControl::kFinestQp && frames < 200; frames++) {
			const auto qp = control.RepeatQp();
			if (!qp) {
				cheap_in_a_row = 0;
				continue;
			}
			const double bits = 1.5 * scale * (kText.Cost(*qp) - kText.Cost(coarse));
			control.Coded(*qp, static_cast<std::size_t>(bits / 8));
			CHECK(control.fullness() < 1);
			cheap_in_a_row = bits / 8 < kShare / 8 ? cheap_in_a_row + 1 : 0;
			CHECK(cheap_in_a_row < 3);
			bytes += bits / 8;
			coarse = *qp;
		}
		CHECK(coarse == RateControl::kFinestQp);
		// Nearly the whole bitrate goes into it.
		CHECK(bytes > (frames - Encoder::kBufferedFrames) * kShare * 0.8);
	}
}

/// A frame of 160x100 in which every pixel differs from its neighbours, moved down by some rows.
std::vector<std::uint8_t> Pattern(int down) {
	std::vector<std::uint8_t> luma(160 * 100);
	for (int y = 0; y < 100; y++) {
		for (int x = 0; x < 160; x++)
			luma[static_cast<std::size_t>(y) * 160 + x] = (x * 37 + (y - down) * (x + 91)) & 0xff;
	}
	return luma;
}

void TheMeterTellsRepeatsMovementsAndNews() {
	ContentMeter meter(160, 100);
	const std::vector<std::uint8_t> still = Pattern(0);
	meter.Keep(still.data(), 160);
	CHECK(meter.Changed(still.data(), 160).repeat);
	const FrameChange moved = meter.Changed(Pattern(5).data(), 160);
	CHECK(!moved.repeat);
	const FrameChange fresh = meter.Changed(Pattern(40).data(), 160);
	CHECK(!fresh.repeat);
	CHECK(fresh.fresh.samples() == meter.Whole(still.data(), 160).samples());
	// The row of blocks that came in at the top, and what was tried before the movement was found.
	CHECK(moved.fresh.samples() < fresh.fresh.samples() / 3);
	std::vector<std::uint8_t> dot = still;
	dot.back() ^= 1;
	CHECK(!meter.Changed(dot.data(), 160).repeat);
}

void TextGetsCheaperSlowlyAndNoiseAllAtOnce() {
	CHECK(kText.Cost(18) < kText.Cost(42) * 5);
	CHECK(kFilm.Cost(18) > kFilm.Cost(42) * 50);
	CHECK(FrameContent{}.Cost(18) == 0);
}

void ALowerRateMakesFramesCoarserButLeavesNoneOut() {
	RateControl control(kRate);
	int qp = 0;
	CodeKeyframe(control, kText, 72, qp);
	const Rate lower{kRate.bitrate / 4, kRate.frame_rate};
	control.SetRate(lower);
	double bytes = 0;
	for (int frame = 0; frame < 50; frame++) {
		const auto coarser = control.ChangeQp(kFilm);
		CHECK(coarser);
		const std::size_t size = Bytes(kFilm, *coarser, 10);
		control.Coded(*coarser, size);
		bytes += static_cast<double>(size);
	}
	CHECK(bytes < kShare / 4 * 50 * 1.05);
}

}  // namespace

int main() {
	porthole::check::CheckList checks;
	RUN(checks, KeyframesFitTheBufferWhateverTheEncoderTakes);
	RUN(checks, AKeyframeThatFitsIsSharpAtOnce);
	RUN(checks, SteadyChangesTakeTheBitrate);
	RUN(checks, ANewBitrateAndFrameRateHoldAtOnce);
	RUN(checks, ASuddenChangeFitsTheBuffer);
	RUN(checks, TooMuchIsAnsweredByLeavingChangesOut);
	RUN(checks, RepeatsSharpenWithinTheBufferUntilNothingIsLeft);
	RUN(checks, TheMeterTellsRepeatsMovementsAndNews);
	RUN(checks, TextGetsCheaperSlowlyAndNoiseAllAtOnce);
	RUN(checks, ALowerRateMakesFramesCoarserButLeavesNoneOut);
	return checks.exit_code();
}
