#pragma once

#include <optional>

#include "path-delay.h"
#include "probe-result.h"
#include "sent-log.h"
#include "transport-report.h"

#include <span>

namespace porthole {

/// Remembers what was sent to one viewer and tells from its transport-wide feedback how it fared.
class TransportLog {
public:
	/// Notes a packet, which has the next transport-wide number.
	void Sent(std::size_t size, double time);

	/// The next packet is the first of a probe of `rate` bits per second.
	void BeginProbe(double rate) { probe_.emplace(rate, sent_.count()); }

	/// The packet before was the last of the probe.
	void EndProbe();

	/// What a message that came at `now` tells; nothing when it is broken or tells nothing new.
	std::optional<TransportReport> Receive(std::span<const std::uint8_t> message, double now);

private:
	std::optional<double> FinishedProbe(std::uint64_t highest);

	SentLog sent_;
	PathDelay delay_;
	std::optional<ProbeResult> probe_;
};

}  // namespace porthole
