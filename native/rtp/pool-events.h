#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace porthole {

struct TransportReport;

/// What a pool's thread tells JavaScript, gathered until it is taken in one piece.
struct PoolEventBatch {
	/// Records one after the other, each a kind and its fields; see `server/native/rtp-pool.ts`.
	std::vector<double> numbers;
	/// Packets that the records speak of, in their order, with the address where they came from another.
	std::vector<std::vector<std::uint8_t>> packets;
	std::vector<std::string> addresses;
	/// What became of the senders that records say have failed: a code and a message each.
	std::vector<std::pair<std::string, std::string>> failures;
	/// What was dropped meanwhile.
	std::uint64_t dropped = 0;

	bool empty() const { return numbers.empty(); }
};

/// The queue between a pool's thread and JavaScript. Bounded: beyond `kMaxReports` reports, `kMaxDatagrams` packets that
/// came and `kMaxProtectedBytes` of those that are to go, the newest are dropped. Of what may be told again, each sender
/// tells it once a batch.
class PoolEvents {
public:
	static constexpr std::size_t kMaxReports = 4096;
	static constexpr std::size_t kMaxDatagrams = 4096;
	static constexpr std::size_t kMaxProtectedBytes = 8 * 1024 * 1024;

	enum class Kind : std::uint8_t {
		kKeyframeNeeded = 1,
		kHeard = 2,
		kFollowed = 3,
		kFeedback = 4,
		kDatagram = 5,
		kProtected = 6,
		kSenderFailed = 7,
	};

	void TellKeyframeNeeded(std::uint32_t sender);
	void TellHeard(std::uint32_t sender);
	void TellFollowed(std::uint32_t sender, std::uint32_t feed);
	void TellReport(std::uint32_t sender, const TransportReport& report);
	/// A packet that came to a socket and is none of a sender's.
	void TellDatagram(std::uint32_t socket, const std::string& address, std::uint16_t port,
		std::vector<std::uint8_t> packet);
	/// A packet of a sender that JavaScript sends on.
	void TellProtected(std::uint32_t sender, std::vector<std::uint8_t> packet);
	/// A sender is of no use any more.
	void TellSenderFailed(std::uint32_t sender, const std::string& code, const std::string& message);

	/// JavaScript thread: all there is.
	PoolEventBatch Take();

	/// Changes with each batch taken.
	std::uint32_t generation() const { return generation_.load(std::memory_order_relaxed); }

	/// Pool thread: whether something waits that should not, or that may wait a little. Stays until taken.
	bool urgent() const { return urgent_.load(std::memory_order_relaxed); }
	bool waiting() const { return waiting_.load(std::memory_order_relaxed); }

private:
	/// Under the lock.
	void Add(std::initializer_list<double> record, bool urgent);

	std::mutex mutex_;
	PoolEventBatch batch_;
	std::size_t reports_ = 0;
	std::size_t datagrams_ = 0;
	std::size_t protected_bytes_ = 0;
	std::atomic<std::uint32_t> generation_{0};
	std::atomic<bool> urgent_{false};
	std::atomic<bool> waiting_{false};
};

}  // namespace porthole
