#include "encode/rate-control.h"

#include <algorithm>
#include <utility>

namespace porthole {

namespace {

constexpr double kBuffer = Encoder::kBufferedFrames;

/// What a keyframe may take however full the buffer is; like all levels below in frames' shares of the bitrate.
constexpr double kKeyframeLeast = 0.6 * kBuffer;
/// Part of its room that a keyframe aims at, and the part with which it is sent all the same.
constexpr double kKeyframeTarget = 0.9;
constexpr double kKeyframeTolerance = 1.15;
/// Where a stream of changes keeps the buffer: the rest is for what comes suddenly.
constexpr double kSteadyLevel = 2;
/// Part of the distance to that level which one frame makes good.
constexpr double kCorrection = 0.3;
/// What even a full buffer leaves for a change; the rest of the stream pays for it.
constexpr double kMinChange = 0.6;
/// How far a sudden change, and a frame that only sharpens, may fill the buffer.
constexpr double kSuddenLevel = 5;
constexpr double kSharpeningLevel = 3.5;
/// So empty that a frame which sharpens by one step may be larger than that.
constexpr double kNearlyEmpty = 0.5;

/// Below this a repeat hardly sharpened anything; twice what RenditionEncoder calls calm.
constexpr double kCheap = 0.25;

/// Bits for each unit of FrameContent::Cost, openh264's, for the first frame; then experience counts.
constexpr double kTypicalScale = 72;
/// Coding in steps takes more than coding at once.
constexpr double kTypicalSharpening = 1.5;
constexpr double kMinSharpening = 0.05;
constexpr double kMaxSharpening = 4;
/// A change of so many times the usual cost is a sudden one, and new content for all we know.
constexpr double kSudden = 3;
constexpr int kMiddleQp = 30;
/// The most by which steady changes become finer from one frame to the next.
constexpr int kFiner = 4;
/// The least part of a change's bits that is put down to the change, not to sharpening the rest.
constexpr double kOwnPart = 0.25;
/// How far one frame may move what is expected of sharpening, downwards; the first steps often cost nothing.
constexpr double kSurprise = 0.7;
/// Weight of the newest frame in what was learned.
constexpr double kNewest = 0.5;

void Learn(double& scale, double seen, double least, double most) {
	scale = std::clamp(scale + (seen - scale) * kNewest, least, most);
}

/// The finest quantiser at which `bits` (which falls as the quantiser grows) keeps within `room`, or the coarsest.
template <typename Bits>
int FinestWithin(double room, int finest, int coarsest, Bits bits) {
	int qp = finest;
	while (qp < coarsest && bits(qp) > room) qp++;
	return qp;
}

}  // namespace

RateControl::RateControl(const Rate& rate)
	: intra_scale_(kTypicalScale), change_scale_(kTypicalScale), sharpening_scale_(kTypicalSharpening) {
	SetRate(rate);
}

void RateControl::SetRate(const Rate& rate) {
	share_ = std::max(1.0, rate.bitrate / std::max(1.0, rate.frame_rate));
	// What was sent at a higher rate must not stop the frames until the lower one has made up for it.
	buffered_ = std::min(buffered_, kBuffer * share_);
}

double RateControl::fullness() const { return buffered_ / (share_ * kBuffer); }

void RateControl::Begin(Kind kind, const FrameContent& content) {
	kind_ = kind;
	content_ = content;
	buffered_ = std::max(0.0, buffered_ - share_);
}

double RateControl::Room(double buffered_shares) const { return buffered_shares * share_ - buffered_; }

int RateControl::KeyframeQp(const FrameContent& whole) {
	Begin(Kind::kKeyframe, whole);
	const double room = std::max(Room(kBuffer), kKeyframeLeast * share_) * kKeyframeTarget;
	return FinestWithin(room, kFinestQp, kCoarsestQp, [&](int qp) { return intra_scale_ * whole.Cost(qp); });
}

std::optional<int> RateControl::KeyframeRetryQp(int qp, std::size_t bytes) {
	const double bits = static_cast<double>(bytes) * 8;
	const double room = std::max(Room(kBuffer), kKeyframeLeast * share_);
	if (qp >= kCoarsestQp || bits <= room * kKeyframeTolerance) return std::nullopt;
	const double scale = bits / content_.Cost(qp);
	return FinestWithin(room * kKeyframeTarget, qp + 1, kCoarsestQp,
		[&](int coarser) { return scale * content_.Cost(coarser); });
}

std::optional<int> RateControl::ChangeQp(const FrameContent& changed) {
	Begin(Kind::kChange, changed);
	if (buffered_ > kBuffer * share_) return std::nullopt;
	const bool sudden = changed.Cost(kMiddleQp) > usual_change_ * kSudden;
	const double scale = sudden ? std::max(change_scale_, intra_scale_) : change_scale_;
	double room = share_ + Room(kSteadyLevel) * kCorrection;
	if (sudden) room = std::max(room, Room(kSuddenLevel));
	room = std::max(room, kMinChange * share_);
	const int finest = sudden ? kFinestQp : std::max(kFinestQp, change_qp_ - kFiner);
	const auto own_bits = [&](int qp) { return scale * changed.Cost(qp); };
	const int qp = FinestWithin(room, finest, kCoarsestQp,
		[&](int coarser) { return own_bits(coarser) + SharpeningBits(coarser); });
	// A movement of what the first frame blurred sharpens it too, even where one step does not fit.
	const int sharper = coarse_qp_ - 1;
	const bool sharpen = sharper >= kFinestQp && sharper < qp && buffered_ <= kNearlyEmpty * share_;
	return sharpen && own_bits(sharper) <= room ? sharper : qp;
}

std::optional<int> RateControl::RepeatQp() {
	Begin(Kind::kRepeat, {});
	if (coarse_qp_ <= kFinestQp) return kFinestQp;
	// Some in a row that cost next to nothing would pass for the end of the sharpening, see FramePacer.
	if (std::exchange(cheap_, false)) return std::nullopt;
	const int qp =
		FinestWithin(Room(kSharpeningLevel), kFinestQp, coarse_qp_, [&](int finer) { return SharpeningBits(finer); });
	if (qp < coarse_qp_) return qp;
	if (buffered_ <= kNearlyEmpty * share_) return coarse_qp_ - 1;
	if (!repeated_) return coarse_qp_;
	return std::nullopt;
}

/// Bits for sharpening what is coarse to `qp`.
double RateControl::SharpeningBits(int qp) const {
	if (qp >= coarse_qp_) return 0;
	return sharpening_scale_ * intra_scale_ * (coarse_.Cost(qp) - coarse_.Cost(coarse_qp_));
}

void RateControl::Coded(int qp, std::size_t bytes) {
	const double bits = static_cast<double>(bytes) * 8;
	buffered_ += bits;
	switch (kind_) {
		case Kind::kKeyframe: {
			const double cost = content_.Cost(qp);
			if (cost > 0) intra_scale_ = std::clamp(bits / cost, kTypicalScale / 4, kTypicalScale * 4);
			sharpening_scale_ = kTypicalSharpening;
			coarse_ = content_;
			coarse_qp_ = change_qp_ = qp;
			all_samples_ = content_.samples();
			break;
		}
		case Kind::kChange:
			LearnChange(qp, bits);
			break;
		case Kind::kRepeat:
			LearnRepeat(qp, bits);
			break;
	}
	repeated_ = kind_ == Kind::kRepeat;
	cheap_ = repeated_ && bits < share_ * kCheap;
}

void RateControl::LearnChange(int qp, double bits) {
	const double cost = content_.Cost(qp);
	// Where it was sharpened too, what either took is a guess.
	const double own_bits = std::max(bits - SharpeningBits(qp), bits * kOwnPart);
	if (cost > 0) Learn(change_scale_, own_bits / cost, kTypicalScale / 100, kTypicalScale * 4);
	Learn(usual_change_, content_.Cost(kMiddleQp), 0, 1e12);
	change_qp_ = qp;
	if (coarse_qp_ <= kFinestQp) coarse_ = {};
	coarse_ += content_;
	coarse_.Limit(all_samples_);
	coarse_qp_ = qp;
}

void RateControl::LearnRepeat(int qp, double bits) {
	Learn(usual_change_, 0, 0, 1e12);
	const double expected = SharpeningBits(qp);
	if (expected > 0) {
		const double ratio = std::clamp(bits / expected, kSurprise, 1 / kSurprise);
		sharpening_scale_ = std::clamp(sharpening_scale_ * ratio, kMinSharpening, kMaxSharpening);
	}
	coarse_qp_ = std::min(coarse_qp_, qp);
	change_qp_ = std::min(change_qp_, qp);
}

}  // namespace porthole
