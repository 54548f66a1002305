#include "wake-event.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "native-error.h"

namespace porthole {

WakeEvent::WakeEvent() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
	if (event_ < 0) {
		throw NativeError("out-of-descriptors", "Could not open an event descriptor; raise the limit (ulimit -n).");
	}
}

WakeEvent::~WakeEvent() { close(event_); }

void WakeEvent::Signal() {
	const std::uint64_t one = 1;
	[[maybe_unused]] const ssize_t written = write(event_, &one, sizeof one);
}

void WakeEvent::Wait(int descriptor, std::optional<double> timeout_ms) {
	pollfd descriptors[] = {{descriptor, POLLIN, 0}, {event_, POLLIN, 0}};
	timespec timeout{};
	if (timeout_ms) {
		const double ms = std::max(0.0, *timeout_ms);
		timeout.tv_sec = static_cast<time_t>(ms / 1000);
		timeout.tv_nsec = static_cast<long>(std::fmod(ms, 1000) * 1e6);
	}
	ppoll(descriptors, 2, timeout_ms ? &timeout : nullptr, nullptr);
	std::uint64_t count;
	[[maybe_unused]] const ssize_t got = read(event_, &count, sizeof count);
}

}  // namespace porthole
