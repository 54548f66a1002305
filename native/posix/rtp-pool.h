#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "pool-events.h"
#include "pool-thread.h"
#include "rtp-sender.h"
#include "udp-socket.h"

namespace porthole {

/// The senders of a host on a thread of their own, with the host's UDP sockets. All of it is called from one other
/// thread, JavaScript's; what is unknown or closed by now is passed over. Times are milliseconds since the Unix epoch.
class RtpPool {
public:
	/// Bytes of access units that may wait for the thread; beyond it they are dropped until the feed's next keyframe.
	static constexpr std::size_t kMostWaiting = 32 * 1024 * 1024;

	/// `wake` is called from the pool's thread when there is something to take from `events()`.
	explicit RtpPool(std::function<void()> wake);
	~RtpPool();
	RtpPool(const RtpPool&) = delete;
	RtpPool& operator=(const RtpPool&) = delete;

	struct OpenedSocket {
		std::uint32_t id;
		std::uint16_t port;
		/// Whether the packets of a picture leave in one call.
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

	std::uint32_t OpenSender(StreamTerms terms, const MasterKeys& local, const MasterKeys& remote, Pace pace);
	void CloseSender(std::uint32_t id);
	void Follow(std::uint32_t sender, FeedId feed);
	void SetPace(std::uint32_t sender, Pace pace);
	void Probe(std::uint32_t sender, double rate, double bytes);
	void Report(std::uint32_t sender);
	/// Packets go nowhere, out of a socket of the pool, or to JavaScript, of which `SetQueued` tells how much it holds.
	void SetNoRoute(std::uint32_t sender);
	void SetUdpRoute(std::uint32_t sender, std::uint32_t socket, const SocketAddress& to);
	void SetScriptRoute(std::uint32_t sender);
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
		std::shared_ptr<SenderDoor> door;
	};

	PoolThread thread_;
	std::uint32_t last_id_ = 0;
	std::unordered_map<std::uint32_t, std::shared_ptr<UdpSocket>> sockets_;
	std::unordered_map<std::uint32_t, OpenSenderState> senders_;
	/// Of each: whether something of it was dropped and no keyframe came since.
	std::unordered_map<FeedId, bool> feeds_;
};

}  // namespace porthole
