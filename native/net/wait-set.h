#pragma once

#include <poll.h>

#include <optional>
#include <vector>

namespace porthole {

/// Lets one thread wait for its sockets, a deadline, or another thread's call, whatever comes first.
class WaitSet {
public:
	WaitSet();
	~WaitSet();
	WaitSet(const WaitSet&) = delete;
	WaitSet& operator=(const WaitSet&) = delete;

	/// Any thread.
	void Signal();

	void Clear() { descriptors_.resize(1); }

	/// From now on waits for packets at `descriptor`, and where asked for room to send.
	void Add(int descriptor, bool for_room = false);

	/// Until something is there or `timeout_ms` has passed (forever without one).
	void Wait(std::optional<double> timeout_ms);

private:
	int wake_[2]{-1, -1};
	std::vector<pollfd> descriptors_;
};

}  // namespace porthole
