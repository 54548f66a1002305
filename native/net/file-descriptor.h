#pragma once

#include <unistd.h>

#include <utility>

namespace porthole {

/// Owns a file descriptor.
class FileDescriptor {
public:
	FileDescriptor() = default;
	explicit FileDescriptor(int value) : value_(value) {}
	FileDescriptor(FileDescriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
	FileDescriptor& operator=(FileDescriptor&& other) noexcept {
		if (this != &other) {
			Close();
			value_ = std::exchange(other.value_, -1);
		}
		return *this;
	}
	~FileDescriptor() { Close(); }

	int get() const { return value_; }
	explicit operator bool() const { return value_ >= 0; }
	int release() { return std::exchange(value_, -1); }
	void Close() {
		if (value_ >= 0) close(std::exchange(value_, -1));
	}

private:
	int value_ = -1;
};

}  // namespace porthole
