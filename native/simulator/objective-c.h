#pragma once

#import <Foundation/Foundation.h>

#include <optional>
#include <string>
#include <utility>

#include "guarded-thread.h"
#include "native-error.h"

// Of libobjc, as clang's description of ARC has them.
extern "C" void* objc_autoreleasePoolPush(void);
extern "C" void objc_autoreleasePoolPop(void* pool);

namespace porthole {

/// A pool for what Objective-C hands over for a while, which threads of Node's have none for. Unlike `@autoreleasepool` it
/// ends when a C++ exception leaves it, too.
class AutoreleasePool {
public:
	AutoreleasePool() : pool_(objc_autoreleasePoolPush()) {}
	~AutoreleasePool() { objc_autoreleasePoolPop(pool_); }
	AutoreleasePool(const AutoreleasePool&) = delete;
	AutoreleasePool& operator=(const AutoreleasePool&) = delete;

private:
	void* const pool_;
};

inline std::string TextOf(NSString* text) {
	const char* characters = text.UTF8String;
	return characters == nullptr ? "" : characters;
}

/// Throws NativeError `invalid-argument` for what is not UTF-8.
inline NSString* StringOf(const std::string& text) {
	if (NSString* string = [NSString stringWithUTF8String:text.c_str()]; string != nil) return string;
	throw NativeError("invalid-argument", "\"" + text + "\" is not UTF-8.");
}

/// What an NSError says, with its domain and number; "no reason was given" without one.
inline std::string TextOf(NSError* error) {
	if (error == nil) return "no reason was given";
	return TextOf(error.localizedDescription) + " (" + TextOf(error.domain) + " " + std::to_string(error.code) + ")";
}

/// Runs `body`, which calls into Apple's private frameworks: they raise where they find a state that they do not expect,
/// and nothing above could catch that. Throws NativeError `code`; `attempt` says what was tried, as in "booting it".
template <typename Body>
auto Guarded(const char* code, const std::string& attempt, Body body) -> decltype(body()) {
	std::string raised;
	@try {
		return body();
	} @catch (NSException* exception) {
		raised = TextOf(exception.name) + ": " + TextOf(exception.reason);
	}
	throw NativeError(code, "Apple's frameworks raised an exception while " + attempt + ": " + raised);
}

/// The work of a block that another library calls, on a queue: neither what it throws nor what Apple's frameworks raise
/// leaves it, as either would end the process. `name` as in "capture thread"; `on_failure` takes a NativeError.
template <typename Body, typename Failure>
void OnQueue(const char* name, Body body, Failure on_failure) noexcept {
	@autoreleasepool {
		RunGuarded(
			name, "framework-exception",
			[&] { Guarded("framework-exception", std::string("running the ") + name, body); },
			[&](const std::string& code, const std::string& message) { on_failure(NativeError(code, message)); });
	}
}

}  // namespace porthole
