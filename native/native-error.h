#pragma once

#include <stdexcept>
#include <string>

namespace porthole {

/// An error with a stable code for programs and a message for people; becomes an `Error` with `code` in JavaScript.
class NativeError : public std::runtime_error {
public:
	NativeError(std::string code, const std::string& message) : std::runtime_error(message), code_(std::move(code)) {}

	const std::string& code() const { return code_; }

private:
	std::string code_;
};

}  // namespace porthole
