/// VideoToolbox behind the interface of all encoders.

#include "checks.h"
#include "encode/encoder.h"
#include "native-error.h"
#include "stage.h"

namespace porthole {

extern const EncoderKind kVideoToolboxEncoder;

}  // namespace porthole

namespace porthole::check {

namespace {

using fakes::script;
using Turns = fakes::Script::Turns;
using Ways = fakes::Script::Ways;

constexpr int kWidth = 64;
constexpr int kHeight = 48;
constexpr EncoderSettings kSettings{kWidth, kHeight, {1'000'000, 60}};
constexpr std::uint8_t kSps = 0x67;
constexpr std::uint8_t kPps = 0x68;

std::unique_ptr<Encoder> Make() { return kVideoToolboxEncoder.create(kSettings); }

/// A frame of one grey.
I420Frame Grey(std::uint8_t grey) {
	const Bytes pixels(kWidth * kHeight * 4, grey);
	I420Frame frame(kWidth, kHeight);
	frame.Convert(PixelFormat::kBgra, pixels.data(), kWidth * 4, {0, 0, kWidth, kHeight});
	return frame;
}

/// Codes a frame; without data when it was left out.
EncodedFrame Encode(Encoder& encoder, std::uint8_t grey, bool keyframe = false) {
	EncodedFrame encoded;
	const bool made = encoder.Encode(Grey(grey), keyframe, encoded);
	CHECK(made == !encoded.data.empty());
	return encoded;
}

std::string CodeOf(const std::function<void()>& attempt) {
	try {
		attempt();
	} catch (const NativeError& error) {
		return error.code();
	}
	return "";
}

void FramesComeOutAsTheyWentIn() {
	const std::unique_ptr<Encoder> encoder = Make();
	std::vector<Bytes> units;
	for (const std::uint8_t grey : {20, 120, 220}) units.push_back(Encode(*encoder, grey).data);
	const std::vector<Luma> frames = Decode(units);
	CHECK(frames.size() == 3);
	CHECK(frames[0].width == kWidth && frames[0].height == kHeight);
	CHECK(frames[0].Shows(20) && frames[1].Shows(120) && frames[2].Shows(220));
}

void AnswersFromWithinTheCallAreTakenToo() {
	script().Change([](Turns&, Ways& ways) { ways.answers_at_once = true; });
	const std::unique_ptr<Encoder> encoder = Make();
	CHECK(Decode({Encode(*encoder, 50).data}).at(0).Shows(50));
}

void EachKeyframeHasItsParameterSetsAndSaysThatNothingIsReordered() {
	const std::unique_ptr<Encoder> encoder = Make();
	for (int frame = 0; frame < 6; frame++) {
		const EncodedFrame encoded = Encode(*encoder, 30, frame % 3 == 0);
		const std::vector<Bytes> nals = NalsOf(encoded.data);
		CHECK(encoded.keyframe == (frame % 3 == 0));
		if (!encoded.keyframe) {
			CHECK(nals.size() == 1 && (nals[0][0] & 0x1f) == 1);
			continue;
		}
		CHECK(nals.size() == 3 && nals[0][0] == kSps && nals[1][0] == kPps && (nals[2][0] & 0x1f) == 5);
		// The fake's own SPS ends before its VUI: what is behind that is ours.
		CHECK(nals[0].size() > 14);
	}
}

void ParameterSetsThatChangeGoBeforeTheKeyframeThatHasThem() {
	const std::unique_ptr<Encoder> encoder = Make();
	std::vector<Bytes> units{Encode(*encoder, 40).data, Encode(*encoder, 41).data};
	script().Change([](Turns& turns, Ways&) { turns.other_parameter_sets = 1; });
	const EncodedFrame changed = Encode(*encoder, 90);
	CHECK(changed.keyframe);
	const std::vector<Bytes> nals = NalsOf(changed.data);
	CHECK(nals[0][0] == kSps && nals[1][0] == kPps);
	CHECK(nals[0] != NalsOf(units[0])[0]);
	units.push_back(changed.data);
	units.push_back(Encode(*encoder, 200).data);
	const std::vector<Luma> frames = Decode(units);
	CHECK(frames.size() == 4 && frames[2].Shows(90) && frames[3].Shows(200));
}

void NothingComesBeforeTheFirstKeyframe() {
	script().Change([](Turns& turns, Ways&) { turns.keyframes_refused = 3; });
	const std::unique_ptr<Encoder> encoder = Make();
	for (int frame = 0; frame < 3; frame++) CHECK(Encode(*encoder, 60, true).data.empty());
	// It asks again by itself.
	const EncodedFrame first = Encode(*encoder, 60);
	CHECK(first.keyframe);
	CHECK(Decode({first.data}).at(0).Shows(60));
}

void ADroppedKeyframeIsAskedForAgain() {
	script().Change([](Turns& turns, Ways&) { turns.dropped = 1; });
	const std::unique_ptr<Encoder> encoder = Make();
	CHECK(Encode(*encoder, 60, true).data.empty());
	CHECK(Encode(*encoder, 60).keyframe);
}

void ADroppedFrameHasOneAnswer() {
	const std::unique_ptr<Encoder> encoder = Make();
	std::vector<Bytes> units{Encode(*encoder, 10).data};
	script().Change([](Turns& turns, Ways&) { turns.dropped_twice = 1; });
	CHECK(Encode(*encoder, 70).data.empty());
	units.push_back(Encode(*encoder, 130).data);
	CHECK(Decode(units).back().Shows(130));
}

void ASessionThatFailsIsMadeAnewWithAKeyframe() {
	const auto failing = [](const std::function<void(Turns&)>& change) {
		const std::unique_ptr<Encoder> encoder = Make();
		Encode(*encoder, 10);
		script().Change([&](Turns& turns, Ways&) { change(turns); });
		const EncodedFrame encoded = Encode(*encoder, 150);
		CHECK(encoded.keyframe);
		CHECK(Decode({encoded.data}).at(0).Shows(150));
	};
	failing([](Turns& turns) { turns.encode = {kVTInvalidSessionErr}; });
	failing([](Turns& turns) { turns.output = {kVTVideoEncoderMalfunctionErr}; });
	failing([](Turns& turns) { turns.broken = 1; });
}

void OneThatKeepsFailingIsAnError() {
	const std::unique_ptr<Encoder> encoder = Make();
	script().Change([](Turns& turns, Ways&) { turns.encode = {kVTInvalidSessionErr, kVTInvalidSessionErr}; });
	CHECK(CodeOf([&] { Encode(*encoder, 10); }) == "encoder-failed");
	CHECK(Encode(*encoder, 20).keyframe);
	script().Change([](Turns& turns, Ways&) {
		turns.encode = {kVTInvalidSessionErr};
		turns.create = {kVTVideoEncoderNotAvailableNowErr, kVTVideoEncoderNotAvailableNowErr};
	});
	CHECK(CodeOf([&] { Encode(*encoder, 10); }) == "encoder-unavailable");
}

void ItSaysWhatItIs() {
	CHECK(Make()->Description() == "VideoToolbox in hardware, constrained baseline, low latency");
	script().Change([](Turns&, Ways& ways) {
		ways.unsupported = {kVTCompressionPropertyKey_MaxFrameDelayCount,
			kVTProfileLevel_H264_ConstrainedBaseline_AutoLevel};
	});
	CHECK(Make()->Description() ==
		"VideoToolbox in hardware, baseline, low latency, without kVTCompressionPropertyKey_MaxFrameDelayCount");
	script().Change([](Turns&, Ways& ways) {
		ways.low_latency = false;
		ways.unsupported = {};
	});
	CHECK(Make()->Description() == "VideoToolbox in software, constrained baseline, without low-latency rate control");
	CHECK(kVideoToolboxEncoder.probe().available);
}

void ItRefusesWhatItCannotDo() {
	script().Change([](Turns&, Ways& ways) {
		ways.unsupported = {kVTProfileLevel_H264_Baseline_AutoLevel,
			kVTProfileLevel_H264_ConstrainedBaseline_AutoLevel};
	});
	CHECK(CodeOf([] { Make(); }) == "encoder-rejected");
	script().Change([](Turns& turns, Ways& ways) {
		ways.unsupported = {};
		turns.create = {kVTVideoEncoderNotAvailableNowErr, kVTVideoEncoderNotAvailableNowErr};
	});
	const EncoderAvailability availability = kVideoToolboxEncoder.probe();
	CHECK(!availability.available && availability.detail.find("-12915") != std::string::npos);
}

void ARateTakesEffectWithoutAKeyframe() {
	const std::unique_ptr<Encoder> encoder = Make();
	Encode(*encoder, 10);
	encoder->SetRate({200'000, 30});
	CHECK(!Encode(*encoder, 30).keyframe);
}

}  // namespace

void RunEncoderChecks(CheckList& checks) {
	RUN_CLEAN(checks, FramesComeOutAsTheyWentIn);
	RUN_CLEAN(checks, AnswersFromWithinTheCallAreTakenToo);
	RUN_CLEAN(checks, EachKeyframeHasItsParameterSetsAndSaysThatNothingIsReordered);
	RUN_CLEAN(checks, ParameterSetsThatChangeGoBeforeTheKeyframeThatHasThem);
	RUN_CLEAN(checks, NothingComesBeforeTheFirstKeyframe);
	RUN_CLEAN(checks, ADroppedKeyframeIsAskedForAgain);
	RUN_CLEAN(checks, ADroppedFrameHasOneAnswer);
	RUN_CLEAN(checks, ASessionThatFailsIsMadeAnewWithAKeyframe);
	RUN_CLEAN(checks, OneThatKeepsFailingIsAnError);
	RUN_CLEAN(checks, ItSaysWhatItIs);
	RUN_CLEAN(checks, ItRefusesWhatItCannotDo);
	RUN_CLEAN(checks, ARateTakesEffectWithoutAKeyframe);
}

}  // namespace porthole::check
