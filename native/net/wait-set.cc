#include "net/wait-set.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "native-error.h"

namespace porthole {

WaitSet::WaitSet() {
	if (pipe(wake_) < 0) {
		throw NativeError("out-of-descriptors", "Could not open a pipe; raise the limit (ulimit -n).");
	}
	for (const int end : wake_) {
		fcntl(end, F_SETFD, FD_CLOEXEC);
		fcntl(end, F_SETFL, O_NONBLOCK);
	}
	descriptors_.push_back({wake_[0], POLLIN, 0});
}

WaitSet::~WaitSet() {
	close(wake_[0]);
	close(wake_[1]);
}

void WaitSet::Signal() { [[maybe_unused]] const ssize_t written = write(wake_[1], "", 1); }

void WaitSet::Add(int descriptor, bool for_room) {
	descriptors_.push_back({descriptor, static_cast<short>(for_room ? POLLIN | POLLOUT : POLLIN), 0});
}

void WaitSet::Wait(std::optional<double> timeout_ms) {
	const nfds_t count = static_cast<nfds_t>(descriptors_.size());
#ifdef __linux__
	timespec timeout{};
	if (timeout_ms) {
		const double ms = std::max(0.0, *timeout_ms);
		timeout.tv_sec = static_cast<time_t>(ms / 1000);
		timeout.tv_nsec = static_cast<long>(std::fmod(ms, 1000) * 1e6);
	}
	ppoll(descriptors_.data(), count, timeout_ms ? &timeout : nullptr, nullptr);
#else
	poll(descriptors_.data(), count, timeout_ms ? static_cast<int>(std::ceil(std::max(0.0, *timeout_ms))) : -1);
#endif
	char bytes[64];
	if (descriptors_[0].revents != 0) {
		while (read(wake_[0], bytes, sizeof bytes) == sizeof bytes) {}
	}
}

}  // namespace porthole
