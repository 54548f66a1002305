#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "pool-events.h"
#include "pool-state.h"
#include "wait-set.h"

namespace porthole {

/// Runs a PoolState: what other threads ask for, what comes in, what is due, and waits in between.
class PoolThread {
public:
	using Task = std::function<void(PoolState&)>;

	/// `wake`: somebody should take the events.
	explicit PoolThread(std::function<void()> wake);
	~PoolThread() { Stop(); }

	/// Any thread; in order.
	void Post(Task task);
	void PostTo(std::uint32_t sender, std::function<void(RtpSender&, double now)> body);
	/// Returns when all that was posted so far is done and what had come by then is read.
	void Settle();
	/// Idempotent; nothing runs afterwards.
	void Stop();

	PoolEvents& events() { return events_; }
	void StopClockAt(double time);
	/// Any thread; milliseconds since the Unix epoch.
	double Now() const;

	/// A clock that never jumps, for spans; it too stands still in tests.
	double SteadyNow() const;

	std::size_t waiting_bytes() const { return waiting_bytes_.load(std::memory_order_relaxed); }
	void AddWaiting(std::size_t bytes) { waiting_bytes_ += bytes; }
	void RemoveWaiting(std::size_t bytes) { waiting_bytes_ -= bytes; }

private:
	void Run();
	void RunTasks();
	void WakeIfDue();

	PoolEvents events_;
	const std::function<void()> wake_;
	PoolState state_;
	WaitSet wait_set_;
	std::mutex mutex_;
	std::vector<Task> tasks_;
	std::atomic<bool> stopping_{false};
	std::atomic<std::size_t> waiting_bytes_{0};
	/// Not a number: the wall clock is used.
	std::atomic<double> stopped_at_;
	/// When events that may wait a little are told at the latest, and which batch was told of, by the steady clock.
	double tell_at_ = 0;
	bool telling_ = false;
	std::uint32_t told_ = ~0u;
	std::thread thread_;
};

}  // namespace porthole
