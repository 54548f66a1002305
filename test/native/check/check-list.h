#pragma once

#include <cstdio>
#include <set>
#include <string>
#include <utility>

namespace porthole::check {

/// What did not hold, and where.
struct Failure {
	std::string what;
};

/// Runs checks and prints one line for each: "ok NAME" or "not ok NAME: line NUMBER: what did not hold".
class CheckList {
public:
	/// `wanted`: names of those to be run; all when there are none.
	explicit CheckList(std::set<std::string> wanted = {}) : wanted_(std::move(wanted)) {}

	void Run(const char* name, void (*check)()) {
		if (!wanted_.empty() && !wanted_.contains(name)) return;
		try {
			check();
			std::printf("ok %s\n", name);
		} catch (const Failure& failure) {
			failures_++;
			std::printf("not ok %s: line %s\n", name, failure.what.c_str());
		}
	}

	/// For `main` to return.
	int exit_code() const { return failures_ == 0 ? 0 : 1; }

private:
	const std::set<std::string> wanted_;
	int failures_ = 0;
};

}  // namespace porthole::check

#define CHECK(condition)                                                                              \
	do {                                                                                              \
		if (!(condition)) throw porthole::check::Failure{std::to_string(__LINE__) + ": " #condition}; \
	} while (false)

#define RUN(list, check) list.Run(#check, check)
