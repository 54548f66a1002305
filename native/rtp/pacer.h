#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

namespace porthole {

/// What leaves to one viewer, at most; see `Pace` in `server/webrtc/rtp/sender.ts`.
struct Pace {
	/// Bits per second.
	double rate;
	/// Bytes.
	double burst;
	/// Milliseconds.
	double longest_wait;
};

/// Keeps to a pace: bytes may go while the bucket is not empty, and the last packet may overdraw it.
class TokenBucket {
public:
	/// Full at the start.
	TokenBucket(Pace pace, double now) : pace_(pace), level_(pace.burst), time_(now) {}

	/// What is in it stays, but for what a smaller burst has no room for.
	void SetPace(Pace pace, double now) {
		Refill(now);
		pace_ = pace;
		level_ = std::min(level_, pace.burst);
	}

	void Refill(double now) {
		level_ = std::min(pace_.burst, level_ + pace_.rate / 8000 * std::max(0.0, now - time_));
		time_ = now;
	}

	bool open() const { return level_ > 0; }
	double longest_wait() const { return pace_.longest_wait; }

	void Take(std::size_t bytes) { level_ -= static_cast<double>(bytes); }

	/// Milliseconds until something behind `bytes` may go.
	double WaitBehind(std::size_t bytes) const {
		const double missing = static_cast<double>(bytes) - level_;
		if (missing < 0) return 0;
		return pace_.rate > 0 ? missing * 8000 / pace_.rate : std::numeric_limits<double>::infinity();
	}

private:
	Pace pace_;
	double level_;
	double time_;
};

/// A probe that is being sent: how much of it is due. It tells of the path and must not be a load on it.
class ProbeRun {
public:
	/// Longest probe, bytes, and its most packets.
	static constexpr double kMaxBytes = 128 * 1024;
	static constexpr int kMaxPackets = 256;

	/// `rate`: bits per second; `start`: milliseconds.
	ProbeRun(double rate, double bytes, double start)
		: rate_(rate), bytes_(std::min(bytes, kMaxBytes)), start_(start) {}

	bool over() const { return sent_ >= bytes_ || packets_ >= kMaxPackets; }

	/// Whether another packet is due.
	bool IsDue(double now) const { return !over() && sent_ <= (now - start_) * rate_ / 8000; }

	void Sent(std::size_t bytes) {
		sent_ += static_cast<double>(bytes);
		packets_++;
	}

private:
	const double rate_;
	const double bytes_;
	const double start_;
	double sent_ = 0;
	int packets_ = 0;
};

}  // namespace porthole
