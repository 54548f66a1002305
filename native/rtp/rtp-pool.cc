#include "rtp/rtp-pool.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "clock.h"

namespace porthole {

namespace {

/// Time between looks at senders that wait, milliseconds.
constexpr double kPaceTick = 1;

/// How long events gather that are in no hurry, milliseconds: viewers send feedback all the time.
constexpr double kGatherTime = 4;

/// What a unit costs besides its bytes.
constexpr std::size_t kUnitOverhead = 256;

}  // namespace

PoolThread::PoolThread(std::function<void()> wake, OnFailure on_end)
	: wake_(std::move(wake)),
	  state_(events_, [this] { return Now(); }),
	  stopped_at_(std::numeric_limits<double>::quiet_NaN()),
	  thread_(
		  "sender thread", "sender-failed", [this] { Run(); },
		  [this, on_end = std::move(on_end)](const std::string& code, const std::string& message) {
			  End();
			  on_end(code, message);
		  }) {}

void PoolThread::Post(Task task) {
	{
		const std::lock_guard lock(mutex_);
		if (ended_) return;
		tasks_.push_back(std::move(task));
		// The thread takes all there is; it was signalled for the first.
		if (tasks_.size() > 1) return;
	}
	wait_set_.Signal();
}

void PoolThread::PostTo(std::uint32_t sender, std::function<void(RtpSender&, double now)> body) {
	Post([sender, body = std::move(body)](PoolState& state) { state.With(sender, body); });
}

void PoolThread::Settle() {
	if (!thread_.joinable()) return;
	bool reached = false;
	Post([&](PoolState& state) {
		state.ReceiveAll();
		state.PumpWaiting();
		state.FlushAll();
		const std::lock_guard lock(mutex_);
		reached = true;
		settled_.notify_all();
	});
	std::unique_lock lock(mutex_);
	settled_.wait(lock, [&] { return reached || ended_; });
}

/// What waits is not done any more, and whoever waits for it need not.
void PoolThread::End() {
	const std::lock_guard lock(mutex_);
	ended_ = true;
	tasks_.clear();
	settled_.notify_all();
}

void PoolThread::Stop() {
	if (!thread_.joinable()) return;
	stopping_ = true;
	wait_set_.Signal();
	thread_.Join();
	tasks_.clear();
}

void PoolThread::StopClockAt(double time) {
	stopped_at_ = time;
	wait_set_.Signal();
}

double PoolThread::Now() const {
	const double stopped = stopped_at_.load(std::memory_order_relaxed);
	return std::isnan(stopped) ? MonotonicMs() : stopped;
}

void PoolThread::Run() {
	while (!stopping_) {
		FaultPoint("sender thread");
		RunTasks();
		state_.ReceiveAll();
		const bool pacing = state_.PumpWaiting();
		state_.FlushAll();
		WakeIfDue();
		std::optional<double> timeout;
		// A clock that stands still is moved by hand, and then signalled.
		if (pacing && std::isnan(stopped_at_.load())) timeout = kPaceTick;
		if (telling_) timeout = std::min(timeout.value_or(kGatherTime), tell_at_ - MonotonicMs());
		wait_set_.Clear();
		state_.FillWaitSet(wait_set_);
		wait_set_.Wait(timeout);
	}
}

void PoolThread::RunTasks() {
	std::vector<Task> tasks;
	{
		const std::lock_guard lock(mutex_);
		tasks.swap(tasks_);
	}
	for (const Task& task : tasks) {
		if (stopping_) return;
		task(state_);
	}
}

void PoolThread::WakeIfDue() {
	const std::uint32_t batch = events_.generation();
	if (!events_.waiting() || told_ == batch) {
		telling_ = false;
		return;
	}
	if (!events_.urgent()) {
		const double now = MonotonicMs();
		if (!std::exchange(telling_, true)) tell_at_ = now + kGatherTime;
		if (now < tell_at_) return;
	}
	telling_ = false;
	told_ = batch;
	wake_();
}

RtpPool::RtpPool(std::function<void()> wake, OnFailure on_end) : thread_(std::move(wake), std::move(on_end)) {}

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

void RtpPool::CloseFeed(FeedId feed) { feeds_.erase(feed); }

void RtpPool::Push(FeedId feed, Bytes data, UnitTime time) {
	const auto found = feeds_.find(feed);
	if (found == feeds_.end()) return;
	bool& broken = found->second;
	if (time.keyframe) broken = false;
	if (broken) return;
	const std::size_t cost = data.size() + kUnitOverhead;
	if (thread_.waiting_bytes() + cost > kMaxWaiting) {
		broken = true;
		thread_.Post([feed](PoolState& state) { state.Gap(feed); });
		return;
	}
	auto unit = std::make_shared<const RtpUnit>(data, time);
	const double pushed = thread_.Now();
	thread_.AddWaiting(cost);
	thread_.Post([this, feed, unit = std::move(unit), pushed, cost](PoolState& state) {
		state.Frame(feed, unit, thread_.Now() - pushed);
		thread_.RemoveWaiting(cost);
	});
}

std::uint32_t RtpPool::OpenSender(RtpParameters parameters, const MasterKeys& local, const MasterKeys& remote,
	Pace pace) {
	const std::uint32_t id = ++last_id_;
	auto counters = std::make_shared<SenderCounters>();
	auto rtcp = std::make_shared<IncomingRtcp>(remote);
	const std::shared_ptr<RtpSender> sender =
		std::make_shared<RtpSender>(id, std::move(parameters), local, pace, thread_.Now(), counters, thread_.events());
	senders_[id] = {counters, rtcp};
	thread_.Post([sender, rtcp](PoolState& state) { state.AddSender(sender, rtcp); });
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

void RtpPool::SetBridgedRoute(std::uint32_t sender) {
	thread_.Post([sender](PoolState& state) { state.SetBridgedRoute(sender); });
}

void RtpPool::SetQueued(std::uint32_t sender, std::size_t bytes) {
	thread_.Post([sender, bytes](PoolState& state) { state.SetQueued(sender, bytes); });
}

bool RtpPool::Receive(std::uint32_t sender, Bytes packet) {
	const auto found = senders_.find(sender);
	if (found == senders_.end()) return false;
	auto plain = found->second.rtcp->Open(packet);
	if (!plain) return false;
	thread_.PostTo(sender, [plain = std::move(*plain)](RtpSender& one, double now) { one.Receive(plain, now); });
	return true;
}

const SenderCounters* RtpPool::Counters(std::uint32_t sender) const {
	const auto found = senders_.find(sender);
	return found == senders_.end() ? nullptr : found->second.counters.get();
}

}  // namespace porthole
