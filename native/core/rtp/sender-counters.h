#pragma once

#include <atomic>
#include <cstdint>

namespace porthole {

/// What a sender counts; written by its thread, read by any. `round_trip` (milliseconds), `lost` (0..1) and
/// `receiver_limit` (bits per second) are negative until known.
struct SenderCounters {
	std::atomic<std::uint64_t> packets{0};
	std::atomic<std::uint64_t> bytes{0};
	std::atomic<std::uint64_t> retransmitted{0};
	std::atomic<std::uint64_t> nacks{0};
	std::atomic<std::uint64_t> keyframe_requests{0};
	std::atomic<std::uint64_t> skipped{0};
	std::atomic<double> round_trip{-1};
	std::atomic<double> lost{-1};
	std::atomic<double> receiver_limit{-1};
};

/// One more, or as many as told; the thread that counts is the only one that writes.
inline void Count(std::atomic<std::uint64_t>& counter, std::uint64_t more = 1) {
	counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

}  // namespace porthole
