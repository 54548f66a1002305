#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "guarded-thread.h"
#include "net/udp-socket.h"
#include "net/wait-set.h"
#include "rtp/pool-events.h"
#include "rtp/pool-state.h"
#include "rtp/rtp-sender.h"

namespace porthole {

/// Runs a PoolState: what other threads ask for, what comes in, what is due, and waits in between.
class PoolThread {
public:
	using Task = std::function<void(PoolState&)>;

	/// `wake`: somebody should take the events. `on_end`: the thread has ended by itself, called on it, at most once.
	PoolThread(std::function<void()> wake, OnFailure on_end);
	~PoolThread() { Stop(); }

	/// Any thread; in order. Nothing is done any more once it has ended.
	void Post(Task task);
	void PostTo(std::uint32_t sender, std::function<void(RtpSender&, double now)> body);
	/// Returns when all that was posted so far is done and what had come by then is read.
	void Settle();
	/// Idempotent; nothing runs afterwards.
	void Stop();

	PoolEvents& events() { return events_; }
	void StopClockAt(double time);
	/// `MonotonicMs`, which may stand still in tests. Any thread.
	double Now() const;

	std::size_t waiting_bytes() const { return waiting_bytes_.load(std::memory_order_relaxed); }
	void AddWaiting(std::size_t bytes) { waiting_bytes_ += bytes; }
	void RemoveWaiting(std::size_t bytes) { waiting_bytes_ -= bytes; }

private:
	void Run();
	void End();
	void RunTasks();
	void WakeIfDue();

	PoolEvents events_;
	const std::function<void()> wake_;
	PoolState state_;
	WaitSet wait_set_;
	std::mutex mutex_;
	std::vector<Task> tasks_;
	bool ended_ = false;
	/// A task that somebody waits for is done, or the thread has ended.
	std::condition_variable settled_;
	std::atomic<bool> stopping_{false};
	std::atomic<std::size_t> waiting_bytes_{0};
	/// Not a number: `MonotonicMs` is used.
	std::atomic<double> stopped_at_;
	/// When events that may wait a little are told at the latest, and which batch was told of, by the steady clock.
	double tell_at_ = 0;
	bool telling_ = false;
	std::uint32_t told_ = ~0u;
	GuardedThread thread_;
};

/// The senders of a host on a thread of their own, with the host's UDP sockets. All of it is called from one other
/// thread, JavaScript's; what is unknown or closed by now is passed over. Times are of `MonotonicMs`.
class RtpPool {
public:
	/// Bytes of access units that may wait for the thread; beyond it they are dropped until the feed's next keyframe.
	static constexpr std::size_t kMaxWaiting = 32 * 1024 * 1024;

	/// Both are called from the pool's thread: `wake` when there is something to take from `events()`, `on_end` when the
	/// pool is of no use any more, at most once.
	RtpPool(std::function<void()> wake, OnFailure on_end);
	~RtpPool();
	RtpPool(const RtpPool&) = delete;
	RtpPool& operator=(const RtpPool&) = delete;

	struct OpenedSocket {
		std::uint32_t id;
		std::uint16_t port;
		/// Whether the packets of a frame leave in one call.
		bool joins_packets;
	};

	/// Throws as UdpSocket does.
	OpenedSocket OpenSocket(const std::string& address, std::uint16_t port);
	/// The port is free afterwards.
	void CloseSocket(std::uint32_t id);
	void SendDatagram(std::uint32_t socket, Bytes packet, const SocketAddress& to);

	FeedId OpenFeed();
	void CloseFeed(FeedId feed);
	/// Cuts the unit here and hands it over.
	void Push(FeedId feed, Bytes data, UnitTime time);

	std::uint32_t OpenSender(RtpParameters parameters, const MasterKeys& local, const MasterKeys& remote, Pace pace);
	void CloseSender(std::uint32_t id);
	void Follow(std::uint32_t sender, FeedId feed);
	void SetPace(std::uint32_t sender, Pace pace);
	void Probe(std::uint32_t sender, double rate, double bytes);
	void Report(std::uint32_t sender);
	/// Packets go nowhere, out of a socket of the pool, or to JavaScript, of which `SetQueued` tells how much it holds.
	void SetNoRoute(std::uint32_t sender);
	void SetUdpRoute(std::uint32_t sender, std::uint32_t socket, const SocketAddress& to);
	void SetBridgedRoute(std::uint32_t sender);
	void SetQueued(std::uint32_t sender, std::size_t bytes);
	/// Takes a protected RTCP packet; whether it was genuine.
	bool Receive(std::uint32_t sender, Bytes packet);
	/// Null when there is no such sender.
	const SenderCounters* Counters(std::uint32_t sender) const;

	PoolEvents& events() { return thread_.events(); }

	/// For tests: the clock stands still at `time` from now on.
	void StopClockAt(double time) { thread_.StopClockAt(time); }
	/// Returns when the thread has done all that was asked for so far.
	void Settle() { thread_.Settle(); }

	/// Ends the thread; idempotent.
	void Close();

private:
	struct OpenSenderState {
		std::shared_ptr<SenderCounters> counters;
		std::shared_ptr<IncomingRtcp> rtcp;
	};

	PoolThread thread_;
	std::uint32_t last_id_ = 0;
	std::unordered_map<std::uint32_t, std::shared_ptr<UdpSocket>> sockets_;
	std::unordered_map<std::uint32_t, OpenSenderState> senders_;
	/// Of each: whether something of it was dropped and no keyframe came since.
	std::unordered_map<FeedId, bool> feeds_;
};

}  // namespace porthole
