/// Where a test has a thread throw, see guarded-thread.h.

#include <mutex>
#include <stdexcept>
#include <string>

#include "guarded-thread.h"

namespace porthole {

namespace {

std::mutex mutex;
/// Empty: nobody throws.
std::string wanted;

}  // namespace

void FailNext(const std::string& name) {
	const std::lock_guard lock(mutex);
	wanted = name;
}

void FaultPoint(const char* name) {
	{
		const std::lock_guard lock(mutex);
		if (wanted != name) return;
		wanted.clear();
	}
	throw std::runtime_error("a test had it throw");
}

}  // namespace porthole
