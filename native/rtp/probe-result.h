#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace porthole {

/// Watches the packets sent from the first to the last of a probe, others among them, and finds at what rate they came.
/// Times are milliseconds, rates bits per second.
class ProbeResult {
public:
	/// `first`: number of the probe's first packet.
	ProbeResult(double rate, std::uint64_t first) : rate_(rate), first_(first) {}

	/// Notes a packet; those sent after the probe do not count.
	void Sent(std::size_t size, double time);

	/// The probe is out; `last` is the number of its last packet.
	void Finish(std::uint64_t last) { last_ = last; }

	/// Notes a packet that arrived; `arrival` by the receiver's clock.
	void Received(std::uint64_t index, std::size_t size, double arrival);

	/// Whether feedback has come for all of it when `highest` was told of.
	bool IsOver(std::uint64_t highest) const { return highest >= last_; }

	/// Nothing when too much is missing. At least the probe's rate when all that was sent meanwhile came nearly as fast as
	/// it was sent; else what arrived, and well below the probe's rate.
	std::optional<double> ArrivalRate() const;

private:
	static constexpr std::uint64_t kRunning = std::numeric_limits<std::uint64_t>::max();

	bool finished() const { return last_ != kRunning; }

	const double rate_;
	const std::uint64_t first_;
	std::uint64_t last_ = kRunning;
	double sent_from_ = 0;
	double sent_to_ = 0;
	double packets_ = 0;
	double bytes_ = 0;
	double arrived_ = 0;
	double arrived_bytes_ = 0;
	double first_size_ = 0;
	double from_ = std::numeric_limits<double>::infinity();
	double to_ = -std::numeric_limits<double>::infinity();
};

}  // namespace porthole
