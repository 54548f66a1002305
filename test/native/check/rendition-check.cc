/// Checks when which rendition is read, encoded and delivered, with times given and an encoder that codes nothing. Prints
/// like core-check.

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "check-list.h"
#include "encode/rendition-set.h"
#include "native-error.h"

namespace {

using namespace porthole;

constexpr double kInterval = 20;
constexpr Rate kRate{4'000'000, 1000 / kInterval};
constexpr Rate kSmallRate{1'000'000, 500 / kInterval};
constexpr int kWidth = 1366;
constexpr int kHeight = 722;
constexpr double kPatience = 10;

int encoders = 0;

/// Each frame takes next to nothing.
class NoEncoder final : public Encoder {
public:
	NoEncoder(const NoEncoder&) = delete;
	NoEncoder& operator=(const NoEncoder&) = delete;
	explicit NoEncoder(const EncoderSettings& settings) : settings_(settings) { encoders++; }
	~NoEncoder() override { encoders--; }
	std::string Description() const override { return "none"; }
	void SetRate(const Rate&) override {}
	bool Encode(const I420Frame& frame, bool keyframe, EncodedFrame& encoded) override {
		CHECK(frame.width() == settings_.width && frame.height() == settings_.height);
		encoded.data = {frame.y()[0]};
		encoded.keyframe = keyframe;
		return true;
	}

private:
	const EncoderSettings settings_;
};

const EncoderKind kNoEncoder{"none", nullptr,
	[](const EncoderSettings& settings) -> std::unique_ptr<Encoder> { return std::make_unique<NoEncoder>(settings); }};

class KeptUnits final : public SourceSink {
public:
	bool Deliver(AccessUnit unit) override {
		units.push_back(std::move(unit));
		return true;
	}
	bool Blocked(Rendition rendition) const override { return rendition == blocked; }
	void End(const std::string&, const std::string&) override {}

	std::vector<AccessUnit> Of(Rendition rendition) const {
		std::vector<AccessUnit> found;
		std::ranges::copy_if(units, std::back_inserter(found),
			[&](const AccessUnit& unit) { return unit.rendition == rendition; });
		return found;
	}

	std::vector<AccessUnit> units;
	std::optional<Rendition> blocked;
};

/// A screen that is read at times given.
struct World {
	KeptUnits sink;
	RenditionSet set{kNoEncoder, kWidth, kHeight, kRate, kPatience, sink};
	double now = 1000;
	int reads = 0;

	void Order(Rendition rendition, const std::optional<Rate>& rate) {
		set.SetRate(rendition, rate);
		set.TakeRequests(now);
	}

	void Draw() { set.ScreenChanged(); }

	/// Does whatever is due until `end`; a screen that is `moving` changes each 10 ms.
	void Until(double end, bool moving = false) {
		while (now < end) {
			if (moving) Draw();
			const double next = std::min(end, now + kInterval / 2);
			for (auto due = set.Due(); due && *due <= next; due = set.Due()) {
				now = std::max(now, *due);
				if (set.Take(now)) reads++;
				set.Encode(now);
			}
			now = next;
		}
	}
};

void OnlyTheMainOneIsMadeUntilASmallOneIsWanted() {
	World world;
	world.Draw();
	world.Until(2000);
	CHECK(world.sink.Of(Rendition::kSmall).empty());
	CHECK(!world.sink.units.empty());
	CHECK(encoders == 1);
}

void TheSmallOneHasHalfTheSizeAndBeginsWithAKeyframeOfAnIdleScreen() {
	World world;
	world.Draw();
	world.Until(2000);
	world.Order(Rendition::kSmall, kSmallRate);
	world.Until(3000);
	const auto small = world.sink.Of(Rendition::kSmall);
	CHECK(small.size() == 1 + FramePacer::kTrailingFrames);
	CHECK(small[0].width == 682 && small[0].height == 360);
	CHECK(small[0].keyframe && !small[1].keyframe);
	CHECK(small[0].capture_time < 2030);
	CHECK(world.reads == 1);
	CHECK(!world.set.Due());
}

void TheMainFrameGoesFirstAndTheSmallOneFollowsAtHalfTheRate() {
	World world;
	world.Order(Rendition::kSmall, kSmallRate);
	world.Until(3000, true);
	const auto count = [&](Rendition rendition) { return static_cast<int>(world.sink.Of(rendition).size()); };
	CHECK(world.sink.units[0].rendition == Rendition::kMain);
	CHECK(world.sink.units[1].rendition == Rendition::kSmall);
	CHECK(count(Rendition::kMain) >= 100 && count(Rendition::kMain) <= 102);
	CHECK(count(Rendition::kSmall) >= 49 && count(Rendition::kSmall) <= 51);
	CHECK(world.reads == count(Rendition::kMain));
	world.Until(4000);
	const auto main = world.sink.Of(Rendition::kMain);
	const auto small = world.sink.Of(Rendition::kSmall);
	CHECK(small.back().capture_time > 3000 && main.back().capture_time > 3000);
}

void NoTwoFramesHaveOneTimeWhicheverRenditionTheyAreOf() {
	World world;
	world.Order(Rendition::kSmall, kSmallRate);
	world.Until(3000, true);
	for (std::size_t index = 1; index < world.sink.units.size(); index++) {
		CHECK(world.sink.units[index].capture_time - world.sink.units[index - 1].capture_time > 1.0 / 90);
	}
}

void ASmallFrameClaimsNoTimeAtWhichTheScreenWasAnotherAlready() {
	World world;
	world.Order(Rendition::kSmall, kSmallRate);
	world.Draw();
	CHECK(world.set.Take(1000));
	world.set.Encode(1000);
	world.Draw();
	CHECK(!world.set.Take(1003));
	world.set.Encode(1003);
	CHECK(world.sink.units.back().rendition == Rendition::kSmall);
	CHECK(world.sink.units.back().capture_time < 1001);
}

void NothingSmallIsMadeOfAScreenThatCouldNotBeReadYet() {
	World world;
	world.Order(Rendition::kSmall, kSmallRate);
	for (int tries = 0; tries < 10; tries++, world.now += kInterval) {
		world.Draw();
		CHECK(world.set.Take(world.now));
	}
}

void ARenditionThatTheReaderDoesNotTakeWaitsAndTheOtherGoesOn() {
	World world;
	world.Order(Rendition::kSmall, kSmallRate);
	world.Until(1500, true);
	const std::size_t small = world.sink.Of(Rendition::kSmall).size();
	const std::size_t main = world.sink.Of(Rendition::kMain).size();
	world.sink.blocked = Rendition::kSmall;
	world.Until(2000, true);
	CHECK(world.sink.Of(Rendition::kSmall).size() == small);
	CHECK(world.sink.Of(Rendition::kMain).size() >= main + 24);
	world.sink.blocked = std::nullopt;
	world.Until(2500, true);
	CHECK(world.sink.Of(Rendition::kSmall).size() >= small + 11);
}

void AlwaysMovingMainFramesDoNotStarveTheSmallOnes() {
	World world;
	world.Order(Rendition::kSmall, kSmallRate);
	for (int frame = 0; frame < 300; frame++, world.now += kInterval) {
		world.Draw();
		// A machine so slow that the next main frame is always due.
		if (world.set.Take(world.now)) world.reads++;
		world.set.Encode(world.now);
	}
	CHECK(world.sink.Of(Rendition::kSmall).size() >= 70);
}

void WithoutARateNothingIsDueAndWithOneAgainAKeyframeOfWhatIsShownNow() {
	World world;
	world.Draw();
	world.Until(2000);
	world.Order(Rendition::kMain, std::nullopt);
	CHECK(!world.set.wanted());
	world.set.RequestKeyframe(Rendition::kMain);
	world.set.TakeRequests(world.now);
	world.Draw();
	CHECK(!world.set.Due());
	world.Until(3000);
	const std::size_t before = world.sink.units.size();
	const int reads = world.reads;
	world.Order(Rendition::kMain, kRate);
	world.Until(3001);
	CHECK(world.sink.units.size() == before + 1);
	CHECK(world.sink.units.back().keyframe);
	CHECK(world.reads == reads + 1);
}

void TheSmallOneReadsByItselfWhileTheMainOneRests() {
	World world;
	world.Draw();
	world.Order(Rendition::kSmall, kSmallRate);
	world.Until(2000, true);
	world.Order(Rendition::kMain, std::nullopt);
	const std::size_t main_before = world.sink.Of(Rendition::kMain).size();
	const std::size_t small_before = world.sink.Of(Rendition::kSmall).size();
	const int reads = world.reads;
	world.Until(3000, true);
	const int small = static_cast<int>(world.sink.Of(Rendition::kSmall).size() - small_before);
	CHECK(world.sink.Of(Rendition::kMain).size() == main_before);
	CHECK(small >= 24 && small <= 27);
	CHECK(world.reads - reads == small);
	world.Order(Rendition::kSmall, std::nullopt);
	CHECK(!world.set.Due());
	CHECK(encoders == 1);
}

void AChangeThatWasNotReadYetPassesToTheOneThatGoesOn() {
	World world;
	world.Order(Rendition::kSmall, kSmallRate);
	world.Draw();
	world.Until(2000);
	world.Draw();
	world.Order(Rendition::kMain, std::nullopt);
	const int reads = world.reads;
	world.Until(2100);
	CHECK(world.reads == reads + 1);
	CHECK(world.sink.units.back().rendition == Rendition::kSmall);
}

void EachRenditionGetsTheKeyframesThatWereAskedForOfIt() {
	World world;
	world.Order(Rendition::kSmall, kSmallRate);
	world.Draw();
	world.Until(2000);
	const std::size_t before = world.sink.units.size();
	world.set.RequestKeyframe(Rendition::kSmall);
	world.set.TakeRequests(world.now);
	world.Until(2000 + kPatience - 1);
	CHECK(world.sink.units.size() == before);
	world.Until(2000 + kPatience + 1);
	CHECK(world.sink.units.size() == before + 1);
	CHECK(world.sink.units.back().keyframe && world.sink.units.back().rendition == Rendition::kSmall);
	world.Until(3000);
	world.set.RequestKeyframe(Rendition::kMain);
	world.set.TakeRequests(world.now);
	world.Until(4000);
	const auto keyframes = [&](Rendition rendition) {
		return std::ranges::count_if(world.sink.Of(rendition), [](const AccessUnit& unit) { return unit.keyframe; });
	};
	CHECK(keyframes(Rendition::kMain) == 2);
	CHECK(keyframes(Rendition::kSmall) == 2);
}

void ANewRateIsNoReasonForAKeyframe() {
	World world;
	world.Order(Rendition::kSmall, kSmallRate);
	world.Until(2000, true);
	const std::size_t before = world.sink.units.size();
	world.Order(Rendition::kMain, Rate{1'000'000, kRate.frame_rate});
	world.Order(Rendition::kSmall, Rate{300'000, kSmallRate.frame_rate});
	world.Until(3000, true);
	for (std::size_t index = before; index < world.sink.units.size(); index++) CHECK(!world.sink.units[index].keyframe);
}

void AnotherSizeMakesBothAnew() {
	World world;
	world.Order(Rendition::kSmall, kSmallRate);
	world.Until(2000, true);
	const std::size_t before = world.sink.units.size();
	world.set.Resize(640, 480);
	world.Until(2100, true);
	const AccessUnit& main = world.sink.units[before];
	CHECK(main.keyframe && main.width == 640 && main.height == 480);
	const auto small = world.sink.Of(Rendition::kSmall);
	CHECK(std::ranges::any_of(small,
		[](const AccessUnit& unit) { return unit.keyframe && unit.width == 320 && unit.height == 240; }));
	CHECK(encoders == 2);
}

void AFrameTooSmallToBeHalvedHasNoSmallRendition() {
	World world;
	world.Order(Rendition::kSmall, kSmallRate);
	world.Until(2000, true);
	world.set.Resize(640, 30);
	CHECK(encoders == 1);
	const std::size_t before = world.sink.Of(Rendition::kSmall).size();
	world.Order(Rendition::kSmall, kSmallRate);
	world.Until(3000, true);
	CHECK(world.sink.Of(Rendition::kSmall).size() == before);
}

void TheSmallFrameShowsTheMeanOfWhatChanged() {
	World world;
	std::vector<std::uint8_t> pixels(static_cast<std::size_t>(kWidth) * kHeight * 4, 0);
	world.Order(Rendition::kSmall, kSmallRate);
	const auto draw = [&](std::uint8_t shade, const Rectangle& part) {
		std::ranges::fill(pixels, shade);
		world.Draw();
		world.now += 10 * kInterval;
		CHECK(world.set.Take(world.now));
		world.set.Convert(PixelFormat::kBgra, pixels.data(), kWidth * 4, part);
		world.set.Encode(world.now);
		CHECK(!world.set.Take(world.now));
		world.set.Encode(world.now);
		return world.sink.Of(Rendition::kSmall).back().data[0];
	};
	CHECK(draw(0, {0, 0, kWidth, kHeight}) == 16);
	CHECK(draw(255, {2, 2, 100, 100}) == 16);
	CHECK(draw(255, {0, 0, 1, 1}) >= 234);
}

}  // namespace

int main() {
	porthole::check::CheckList checks;
	RUN(checks, OnlyTheMainOneIsMadeUntilASmallOneIsWanted);
	RUN(checks, TheSmallOneHasHalfTheSizeAndBeginsWithAKeyframeOfAnIdleScreen);
	RUN(checks, TheMainFrameGoesFirstAndTheSmallOneFollowsAtHalfTheRate);
	RUN(checks, NoTwoFramesHaveOneTimeWhicheverRenditionTheyAreOf);
	RUN(checks, ASmallFrameClaimsNoTimeAtWhichTheScreenWasAnotherAlready);
	RUN(checks, NothingSmallIsMadeOfAScreenThatCouldNotBeReadYet);
	RUN(checks, ARenditionThatTheReaderDoesNotTakeWaitsAndTheOtherGoesOn);
	RUN(checks, AlwaysMovingMainFramesDoNotStarveTheSmallOnes);
	RUN(checks, WithoutARateNothingIsDueAndWithOneAgainAKeyframeOfWhatIsShownNow);
	RUN(checks, TheSmallOneReadsByItselfWhileTheMainOneRests);
	RUN(checks, AChangeThatWasNotReadYetPassesToTheOneThatGoesOn);
	RUN(checks, EachRenditionGetsTheKeyframesThatWereAskedForOfIt);
	RUN(checks, ANewRateIsNoReasonForAKeyframe);
	RUN(checks, AnotherSizeMakesBothAnew);
	RUN(checks, AFrameTooSmallToBeHalvedHasNoSmallRendition);
	RUN(checks, TheSmallFrameShowsTheMeanOfWhatChanged);
	return checks.exit_code();
}
