#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "guarded-thread.h"
#include "net/packet-route.h"
#include "net/udp-batch.h"
#include "net/wait-set.h"
#include "rtp/pool-events.h"
#include "rtp/rtp-sender.h"

namespace porthole {

/// The way over JavaScript, for connections that are its own (TCP): in order, bounded by PoolEvents.
class BridgedRoute : public PacketRoute {
public:
	BridgedRoute(PoolEvents& events, std::uint32_t sender) : events_(events), sender_(sender) {}

	std::uint8_t* Room() override { return memory_; }
	void Send(std::size_t size) override { events_.TellProtected(sender_, {memory_, memory_ + size}); }
	std::size_t QueuedBytes() const override { return queued_; }

	/// What JavaScript's connection holds.
	void SetQueued(std::size_t bytes) { queued_ = bytes; }

private:
	PoolEvents& events_;
	const std::uint32_t sender_;
	std::size_t queued_ = 0;
	std::uint8_t memory_[kPacketRoom]{};
};

/// Opens what comes in for a sender, on whichever thread it comes.
class IncomingRtcp {
public:
	explicit IncomingRtcp(const MasterKeys& keys) : opener_(DeriveSessionKeys(keys, KeyUse::kRtcp)) {}

	std::optional<std::vector<std::uint8_t>> Open(Bytes packet) {
		const std::lock_guard lock(mutex_);
		return opener_.Open(packet);
	}

private:
	std::mutex mutex_;
	SrtcpOpener opener_;
};

/// What a pool's thread has: sockets, senders, and who is where. Only that thread touches it; ids that are unknown by
/// now are passed over.
class PoolState {
public:
	PoolState(PoolEvents& events, std::function<double()> clock) : events_(events), clock_(std::move(clock)) {}

	void AddSocket(std::uint32_t id, std::shared_ptr<UdpSocket> socket);
	void RemoveSocket(std::uint32_t id);
	void AddSender(std::shared_ptr<RtpSender> sender, std::shared_ptr<IncomingRtcp> rtcp);
	void RemoveSender(std::uint32_t id);
	void SetNoRoute(std::uint32_t sender);
	void SetUdpRoute(std::uint32_t sender, std::uint32_t socket, const SocketAddress& to);
	void SetBridgedRoute(std::uint32_t sender);
	void SetQueued(std::uint32_t sender, std::size_t bytes);

	/// A frame for all senders, which has waited so many milliseconds.
	void Frame(FeedId feed, const RtpUnitRef& unit, double waited);
	void Gap(FeedId feed);
	/// Does something with one sender, at the time now.
	void With(std::uint32_t sender, const std::function<void(RtpSender&, double now)>& body);

	/// Reads what has come to the sockets.
	void ReceiveAll();
	/// Lets the senders that wait send what they may now; whether some still wait.
	bool PumpWaiting();
	/// Gives the system what it takes.
	void FlushAll();
	void FillWaitSet(WaitSet& set) const;

private:
	struct Socket {
		std::uint32_t id;
		std::shared_ptr<UdpSocket> socket;
		UdpBatch batch;
		/// Whose RTCP comes from where.
		std::unordered_map<SocketAddress, std::uint32_t> senders;
		std::size_t routes = 0;
	};

	struct Slot {
		std::shared_ptr<RtpSender> sender;
		std::shared_ptr<IncomingRtcp> rtcp;
		std::unique_ptr<PacketRoute> route;
		/// Of a route out of a socket of ours.
		std::uint32_t socket = 0;
		SocketAddress remote{};
		bool waits = false;
		/// Packets of feedback that may be read at once from now on, and when that was worked out, ms.
		double feedback_left = 0;
		double feedback_at = 0;
		/// It threw; it stays until it is closed, and does nothing.
		bool failed = false;
	};

	/// Has a sender do something that answers whether it has something left to send later. What it throws is its own end.
	template <typename Body>
	void Run(Slot& slot, Body body);
	void Take(Socket& socket, Bytes packet, const SocketAddress& from);
	/// Whether a viewer's feedback may be decrypted here, beside everybody's media; it then counts.
	bool MayRead(Slot& slot);
	/// Looks whether a sender has something left to send later.
	void Note(Slot& slot, bool waits);
	void Unroute(Slot& slot);
	static void Route(Slot& slot, std::unique_ptr<PacketRoute> route);

	PoolEvents& events_;
	const std::function<double()> clock_;
	std::unordered_map<std::uint32_t, std::unique_ptr<Socket>> sockets_;
	std::unordered_map<std::uint32_t, std::unique_ptr<Slot>> slots_;
	std::size_t waiting_ = 0;
};

}  // namespace porthole
