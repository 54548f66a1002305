#pragma once

#include <algorithm>
#include <cstddef>

namespace porthole {

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
