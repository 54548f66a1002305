#include "rtp-pool.h"

#include <utility>


namespace porthole {

namespace {

/// What a unit costs besides its bytes.
constexpr std::size_t kUnitOverhead = 256;

}  // namespace

RtpPool::RtpPool(std::function<void()> wake) : thread_(std::move(wake)) {}

RtpPool::~RtpPool() { Close(); }

void RtpPool::Close() {
	thread_.Stop();
	senders_.clear();
	sockets_.clear();
}

RtpPool::OpenedSocket RtpPool::OpenSocket(const std::string& address, std::uint16_t port) {
	auto socket = std::make_shared<UdpSocket>(address, port);
	const std::uint32_t id = ++last_id_;
	sockets_[id] = socket;
	thread_.Post([id, socket](PoolState& state) { state.AddSocket(id, socket); });
	return {id, socket->port(), UdpTransfer(socket->descriptor()).joins_packets()};
}

void RtpPool::CloseSocket(std::uint32_t id) {
	if (sockets_.erase(id) == 0) return;
	thread_.Post([id](PoolState& state) { state.RemoveSocket(id); });
	thread_.Settle();
}

void RtpPool::SendDatagram(std::uint32_t socket, Bytes packet, const SocketAddress& to) {
	const auto found = sockets_.find(socket);
	if (found != sockets_.end()) found->second->Send(packet, to);
}

FeedId RtpPool::OpenFeed() {
	feeds_[++last_id_] = false;
	return last_id_;
}

void RtpPool::CloseFeed(FeedId feed) {
	feeds_.erase(feed);
}

void RtpPool::Push(FeedId feed, Bytes data, UnitTime time) {
	const auto found = feeds_.find(feed);
	if (found == feeds_.end()) return;
	bool& broken = found->second;
	if (time.keyframe) broken = false;
	if (broken) return;
	const std::size_t cost = data.size() + kUnitOverhead;
	if (thread_.waiting_bytes() + cost > kMostWaiting) {
		broken = true;
		thread_.Post([feed](PoolState& state) { state.Gap(feed); });
		return;
	}
	auto unit = std::make_shared<const RtpUnit>(data, time);
	const double pushed = thread_.SteadyNow();
	thread_.AddWaiting(cost);
	thread_.Post([this, feed, unit = std::move(unit), pushed, cost](PoolState& state) {
		state.Picture(feed, unit, thread_.SteadyNow() - pushed);
		thread_.RemoveWaiting(cost);
	});
}

std::uint32_t RtpPool::OpenSender(
	StreamTerms terms, const MasterKeys& local, const MasterKeys& remote, Pace pace) {
	const std::uint32_t id = ++last_id_;
	auto counters = std::make_shared<SenderCounters>();
	auto door = std::make_shared<SenderDoor>(remote);
	std::shared_ptr<RtpSender> sender =
		std::make_shared<RtpSender>(id, std::move(terms), local, pace, thread_.Now(), counters, thread_.events());
	senders_[id] = {counters, door};
	thread_.Post([sender, door](PoolState& state) { state.AddSender(sender, door); });
	return id;
}

void RtpPool::CloseSender(std::uint32_t id) {
	if (senders_.erase(id) == 0) return;
	thread_.Post([id](PoolState& state) { state.RemoveSender(id); });
}

void RtpPool::Follow(std::uint32_t sender, FeedId feed) {
	thread_.PostTo(sender, [feed](RtpSender& one, double) { one.Follow(feed); });
}

void RtpPool::SetPace(std::uint32_t sender, Pace pace) {
	thread_.PostTo(sender, [pace](RtpSender& one, double now) { one.SetPace(pace, now); });
}

void RtpPool::Probe(std::uint32_t sender, double rate, double bytes) {
	thread_.PostTo(sender, [rate, bytes](RtpSender& one, double now) { one.Probe(rate, bytes, now); });
}

void RtpPool::Report(std::uint32_t sender) {
	thread_.PostTo(sender, [](RtpSender& one, double now) { one.SendReport(now); });
}

void RtpPool::SetNoRoute(std::uint32_t sender) {
	thread_.Post([sender](PoolState& state) { state.SetNoRoute(sender); });
}

void RtpPool::SetUdpRoute(std::uint32_t sender, std::uint32_t socket, const SocketAddress& to) {
	thread_.Post([sender, socket, to](PoolState& state) { state.SetUdpRoute(sender, socket, to); });
}

void RtpPool::SetScriptRoute(std::uint32_t sender) {
	thread_.Post([sender](PoolState& state) { state.SetScriptRoute(sender); });
}

void RtpPool::SetQueued(std::uint32_t sender, std::size_t bytes) {
	thread_.Post([sender, bytes](PoolState& state) { state.SetQueued(sender, bytes); });
}

bool RtpPool::Receive(std::uint32_t sender, Bytes packet) {
	const auto found = senders_.find(sender);
	if (found == senders_.end()) return false;
	auto plain = found->second.door->Open(packet);
	if (!plain) return false;
	thread_.PostTo(sender, [plain = std::move(*plain)](RtpSender& one, double now) { one.Receive(plain, now); });
	return true;
}

const SenderCounters* RtpPool::Counters(std::uint32_t sender) const {
	const auto found = senders_.find(sender);
	return found == senders_.end() ? nullptr : found->second.counters.get();
}

}  // namespace porthole
