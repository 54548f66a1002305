#pragma once

#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "native-error.h"

namespace porthole {

/// Who hears that a thread's body threw: a stable code for programs and a message for people.
using OnFailure = std::function<void(const std::string& code, const std::string& message)>;

#ifdef PORTHOLE_FAULT_POINTS
/// For tests, in their own build: throws where it was asked to. In test/native/check/fault-point.cc.
void FaultPoint(const char* name);
/// Has the next thread that comes to the fault point of that name throw, once.
void FailNext(const std::string& name);
#else
inline void FaultPoint(const char*) {}
#endif

/// Runs `body` and tells `on_failure` of what it throws: a NativeError by its own code, anything else by `code`. An
/// exception that leaves a thread, or a function that another library calls, would end the process.
template <typename Body, typename Failure>
void RunGuarded(const char* name, const char* code, Body&& body, Failure&& on_failure) noexcept {
	// What tells may fail too, such as for want of memory; then nobody can be told.
	try {
		try {
			std::forward<Body>(body)();
		} catch (const NativeError& error) {
			std::forward<Failure>(on_failure)(error.code(), error.what());
		} catch (const std::exception& error) {
			std::forward<Failure>(on_failure)(code, std::string("The ") + name + " stopped: " + error.what() + ".");
		} catch (...) {
			std::forward<Failure>(on_failure)(code, std::string("The ") + name + " stopped for an unknown reason.");
		}
	} catch (...) {  // NOLINT(bugprone-empty-catch): see above.
	}
}

/// A thread with a guarded body. Must be joined before what its body uses is gone.
class GuardedThread {
public:
	GuardedThread() = default;

	/// `name`: what runs, as in "capture thread"; the rest as in `RunGuarded`.
	template <typename Body>
	GuardedThread(const char* name, const char* code, Body body, OnFailure on_failure)
		: thread_([name, code, body = std::move(body), on_failure = std::move(on_failure)]() mutable {
			  RunGuarded(name, code, body, on_failure);
		  }) {}

	/// Waits for its end; does nothing when it has been waited for or never began.
	void Join() {
		if (thread_.joinable()) thread_.join();
	}

	bool joinable() const { return thread_.joinable(); }

private:
	std::thread thread_;
};

}  // namespace porthole
