#include "rtp/pool-state.h"

#include <algorithm>
#include <utility>

namespace porthole {

namespace {

/// RTP and RTCP packets start so (RFC 7983, 7); browsers send us RTCP only.
bool IsRtcp(Bytes packet) { return !packet.empty() && packet[0] >= 128 && packet[0] <= 191; }

/// Packets of one viewer's feedback that are read at once, and each millisecond from then on.
constexpr double kFeedbackBurst = 1000;
constexpr double kFeedbackPerMs = 0.5;

/// Rounds of reading a socket before others have their turn.
constexpr int kMaxRounds = 8;

}  // namespace

template <typename Body>
void PoolState::Run(Slot& slot, Body body) {
	if (slot.failed) return;
	RunGuarded(
		"sender", "sender-failed",
		[&] {
			FaultPoint("sender");
			Note(slot, body(*slot.sender));
		},
		[&](const std::string& code, const std::string& message) {
			slot.failed = true;
			Note(slot, false);
			Unroute(slot);
			events_.TellSenderFailed(slot.sender->id(), code, message);
		});
}

void PoolState::AddSocket(std::uint32_t id, std::shared_ptr<UdpSocket> socket) {
	UdpBatch batch(*socket);
	sockets_[id] = std::make_unique<Socket>(id, std::move(socket), std::move(batch));
}

void PoolState::RemoveSocket(std::uint32_t id) {
	for (auto& [number, slot] : slots_) {
		if (slot->socket == id) Unroute(*slot);
	}
	sockets_.erase(id);
}

void PoolState::AddSender(std::shared_ptr<RtpSender> sender, std::shared_ptr<IncomingRtcp> rtcp) {
	const std::uint32_t id = sender->id();
	auto slot = std::make_unique<Slot>();
	slot->sender = std::move(sender);
	slot->rtcp = std::move(rtcp);
	slot->feedback_left = kFeedbackBurst;
	slot->feedback_at = clock_();
	slots_[id] = std::move(slot);
}

void PoolState::RemoveSender(std::uint32_t id) {
	const auto found = slots_.find(id);
	if (found == slots_.end()) return;
	Unroute(*found->second);
	Note(*found->second, false);
	slots_.erase(found);
}

void PoolState::SetNoRoute(std::uint32_t sender) {
	const auto found = slots_.find(sender);
	if (found != slots_.end()) Unroute(*found->second);
}

void PoolState::SetUdpRoute(std::uint32_t sender, std::uint32_t socket, const SocketAddress& to) {
	const auto slot = slots_.find(sender);
	const auto place = sockets_.find(socket);
	if (slot == slots_.end() || slot->second->failed) return;
	Unroute(*slot->second);
	if (place == sockets_.end()) return;
	Route(*slot->second, std::make_unique<UdpRoute>(place->second->batch, to, place->second->routes));
	slot->second->socket = socket;
	slot->second->remote = to;
	place->second->senders[to] = sender;
	place->second->routes++;
}

void PoolState::SetBridgedRoute(std::uint32_t sender) {
	const auto found = slots_.find(sender);
	if (found == slots_.end() || found->second->failed) return;
	Unroute(*found->second);
	Route(*found->second, std::make_unique<BridgedRoute>(events_, sender));
}

void PoolState::SetQueued(std::uint32_t sender, std::size_t bytes) {
	const auto found = slots_.find(sender);
	if (found == slots_.end()) return;
	if (auto* route = dynamic_cast<BridgedRoute*>(found->second->route.get())) route->SetQueued(bytes);
}

void PoolState::Route(Slot& slot, std::unique_ptr<PacketRoute> route) {
	slot.sender->SetRoute(route.get());
	slot.route = std::move(route);
}

void PoolState::Unroute(Slot& slot) {
	const auto place = sockets_.find(slot.socket);
	if (place != sockets_.end()) {
		place->second->routes--;
		auto& senders = place->second->senders;
		const auto entry = senders.find(slot.remote);
		// Another may have come to that address since.
		if (entry != senders.end() && entry->second == slot.sender->id()) senders.erase(entry);
	}
	slot.socket = 0;
	Route(slot, nullptr);
}

void PoolState::Frame(FeedId feed, const RtpUnitRef& unit, double waited) {
	for (auto& [id, slot] : slots_) {
		if (!slot->sender->Concerns(feed)) continue;
		Run(*slot, [&](RtpSender& sender) { return sender.Frame(feed, unit, clock_(), waited); });
	}
}

void PoolState::Gap(FeedId feed) {
	for (auto& [id, slot] : slots_) {
		Run(*slot, [&](RtpSender& sender) {
			sender.Gap(feed, clock_());
			return sender.Pump(clock_());
		});
	}
}

void PoolState::With(std::uint32_t sender, const std::function<void(RtpSender&, double now)>& body) {
	const auto found = slots_.find(sender);
	if (found == slots_.end()) return;
	Run(*found->second, [&](RtpSender& one) {
		const double now = clock_();
		body(one, now);
		return one.Pump(now);
	});
}

void PoolState::ReceiveAll() {
	for (auto& [id, socket] : sockets_) {
		for (int round = 0; round < kMaxRounds; round++) {
			const bool more = socket->batch.transfer().Receive(
				[&](Bytes packet, const SocketAddress& from) { Take(*socket, packet, from); });
			if (!more) break;
		}
	}
}

void PoolState::Take(Socket& socket, Bytes packet, const SocketAddress& from) {
	const auto known = IsRtcp(packet) ? socket.senders.find(from) : socket.senders.end();
	if (known == socket.senders.end()) {
		events_.TellDatagram(socket.id, from.text(), from.port(), {packet.begin(), packet.end()});
		return;
	}
	const auto slot = slots_.find(known->second);
	if (slot == slots_.end()) return;
	// Whoever bounds the viewer's other packets counts what is too much, and ends it.
	if (!MayRead(*slot->second)) {
		events_.TellDatagram(socket.id, from.text(), from.port(), {packet.begin(), packet.end()});
		return;
	}
	Run(*slot->second, [&](RtpSender& sender) {
		const auto plain = slot->second->rtcp->Open(packet);
		if (!plain) return slot->second->waits;
		const double now = clock_();
		sender.Receive(*plain, now);
		return sender.Pump(now);
	});
}

bool PoolState::MayRead(Slot& slot) {
	const double now = clock_();
	const double back = std::max(0.0, now - slot.feedback_at) * kFeedbackPerMs;
	slot.feedback_left = std::min(kFeedbackBurst, slot.feedback_left + back);
	slot.feedback_at = now;
	if (slot.feedback_left < 1) return false;
	slot.feedback_left--;
	return true;
}

bool PoolState::PumpWaiting() {
	if (waiting_ == 0) return false;
	const double now = clock_();
	for (auto& [id, slot] : slots_) {
		if (slot->waits) Run(*slot, [now](RtpSender& sender) { return sender.Pump(now); });
	}
	return waiting_ > 0;
}

void PoolState::Note(Slot& slot, bool waits) {
	if (slot.waits == waits) return;
	slot.waits = waits;
	if (waits) waiting_++;
	else waiting_--;
}

void PoolState::FlushAll() {
	for (auto& [id, socket] : sockets_) socket->batch.Flush();
}

void PoolState::FillWaitSet(WaitSet& set) const {
	for (const auto& [id, socket] : sockets_) {
		set.Add(socket->socket->descriptor(), socket->batch.blocked_bytes() > 0);
	}
}

}  // namespace porthole
