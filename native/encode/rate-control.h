#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "encode/encoder.h"
#include "encode/frame-content.h"

namespace porthole {

/// Chooses each frame's quantiser, so that a buffer of `Encoder::kBufferedFrames` frames which drains at the
/// bitrate (a leaky bucket) holds them. Counts frames, not time: after a pause it would else spend the pause's bits
/// at once. For each frame ask `KeyframeQp`, `ChangeQp` or `RepeatQp`, code it, then tell `Coded`.
class RateControl {
public:
	/// Finer than this nobody sees a gain.
	static constexpr int kFinestQp = 18;
	/// H.264's own bound: on a slow link late frames are worse than coarse ones.
	static constexpr int kCoarsestQp = 51;

	explicit RateControl(const Rate& rate);

	void SetRate(const Rate& rate);

	/// For a keyframe of this content.
	int KeyframeQp(const FrameContent& whole);

	/// For another try, after a keyframe that became so large with `qp`; nothing when it can be sent.
	std::optional<int> KeyframeRetryQp(int qp, std::size_t bytes);

	/// For a frame in which this changed; nothing when it should be left out.
	std::optional<int> ChangeQp(const FrameContent& changed);

	/// For the last frame once more; nothing when it should be left out, because the buffer must drain first.
	std::optional<int> RepeatQp();

	/// The frame asked for last was encoded with `qp`.
	void Coded(int qp, std::size_t bytes);

	/// Bits in the buffer, as a part of its size. Above 1 when a frame took more than it should.
	double fullness() const;

private:
	enum class Kind { kKeyframe, kChange, kRepeat };

	void Begin(Kind kind, const FrameContent& content);
	double Room(double buffered_shares) const;
	double SharpeningBits(int qp) const;
	void LearnChange(int qp, double bits);
	void LearnRepeat(int qp, double bits);

	/// Bits that drain with each frame.
	double share_ = 0;
	double buffered_ = 0;

	// Bits for each unit of FrameContent::Cost, as the last frames showed.
	double intra_scale_;
	double change_scale_;
	double sharpening_scale_;

	// The frame that is being encoded.
	Kind kind_ = Kind::kKeyframe;
	FrameContent content_;

	/// What is coarser than kFinestQp on the viewers' screens, and how coarse.
	FrameContent coarse_;
	int coarse_qp_ = kFinestQp;
	std::uint64_t all_samples_ = 0;
	/// The first repeat after a change is never left out: a receiver may hold back the change until it comes.
	bool repeated_ = false;
	bool cheap_ = false;
	int change_qp_ = kCoarsestQp;
	/// Cost at a middle quantiser of the recent changes: one far above is not like them.
	double usual_change_ = 0;
};

}  // namespace porthole
