#include "rtp/probe-result.h"

#include <algorithm>

namespace porthole {

namespace {

/// Less of a probe's packets than this and it tells nothing.
constexpr double kEnough = 0.8;
/// Arriving at this share of the rate of sending is being carried; else the result is at most so much of the probe's rate.
constexpr double kCarried = 0.85;
constexpr double kNotCarried = 0.8;
/// Shortest spans that rates are told of: arrivals are known to 0.25 ms only.
constexpr double kShortest = 2;

double Rate(double bytes, double span) { return bytes * 8000 / std::max(span, kShortest); }

}  // namespace

void ProbeResult::Sent(std::size_t size, double time) {
	if (finished()) return;
	if (packets_ == 0) sent_from_ = time;
	sent_to_ = time;
	packets_++;
	bytes_ += static_cast<double>(size);
}

void ProbeResult::Received(std::uint64_t index, std::size_t size, double arrival) {
	if (index < first_ || index > last_) return;
	arrived_++;
	arrived_bytes_ += static_cast<double>(size);
	if (arrival < from_) {
		from_ = arrival;
		first_size_ = static_cast<double>(size);
	}
	to_ = std::max(to_, arrival);
}

std::optional<double> ProbeResult::ArrivalRate() const {
	if (packets_ < 2 || arrived_ < std::max(2.0, kEnough * packets_)) return std::nullopt;
	const double sent = Rate(bytes_ - bytes_ / packets_, sent_to_ - sent_from_);
	const double arrived = Rate(arrived_bytes_ - first_size_, to_ - from_);
	if (arrived < kCarried * sent) return std::min(arrived, kNotCarried * rate_);
	return std::min(std::max(std::min(arrived, sent), rate_), 2 * rate_);
}

}  // namespace porthole
