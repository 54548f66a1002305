#include "pool-thread.h"

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

}  // namespace

PoolThread::PoolThread(std::function<void()> wake)
	: wake_(std::move(wake)),
	  state_(events_, [this] { return Now(); }),
	  stopped_at_(std::numeric_limits<double>::quiet_NaN()),
	  thread_([this] { Run(); }) {}

void PoolThread::Post(Task task) {
	{
		const std::lock_guard lock(mutex_);
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
	std::mutex mutex;
	std::condition_variable done;
	bool reached = false;
	Post([&](PoolState& state) {
		state.ReceiveAll();
		state.PumpWaiting();
		state.FlushAll();
		const std::lock_guard lock(mutex);
		reached = true;
		done.notify_one();
	});
	std::unique_lock lock(mutex);
	done.wait(lock, [&] { return reached; });
}

void PoolThread::Stop() {
	if (!thread_.joinable()) return;
	stopping_ = true;
	wait_set_.Signal();
	thread_.join();
	tasks_.clear();
}

void PoolThread::StopClockAt(double time) {
	stopped_at_ = time;
	wait_set_.Signal();
}

double PoolThread::Now() const {
	const double stopped = stopped_at_.load(std::memory_order_relaxed);
	return std::isnan(stopped) ? WallClockMs() : stopped;
}

double PoolThread::SteadyNow() const {
	const double stopped = stopped_at_.load(std::memory_order_relaxed);
	return std::isnan(stopped) ? SteadyClockMs() : stopped;
}

void PoolThread::Run() {
	while (!stopping_) {
		RunTasks();
		state_.ReceiveAll();
		const bool pacing = state_.PumpWaiting();
		state_.FlushAll();
		WakeIfDue();
		std::optional<double> timeout;
		// A clock that stands still is moved by hand, and then signalled.
		if (pacing && std::isnan(stopped_at_.load())) timeout = kPaceTick;
		if (telling_) timeout = std::min(timeout.value_or(kGatherTime), tell_at_ - SteadyClockMs());
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
		const double now = SteadyClockMs();
		if (!std::exchange(telling_, true)) tell_at_ = now + kGatherTime;
		if (now < tell_at_) return;
	}
	telling_ = false;
	told_ = batch;
	wake_();
}

}  // namespace porthole
