#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "net/file-descriptor.h"
#include "net/stream-address.h"

namespace porthole {

/// A byte stream on a thread that may wait, but never longer than until a deadline (MonotonicMs). All throw NativeError
/// `socket-failed` or `socket-late`.
class DeadlineSocket {
public:
	/// Begins to connect; `Connected` completes it.
	explicit DeadlineSocket(const StreamAddress& address);

	/// Whether it is connected now; waits for that until the deadline, which may have passed already.
	bool Connected(double deadline);

	void Write(std::span<const std::uint8_t> head, std::span<const std::uint8_t> body, double deadline);
	void Read(std::span<std::uint8_t> bytes, double deadline);

private:
	bool Await(short events, double deadline);
	void OpenPath(const StreamAddress& address);
	void OpenTcp(const StreamAddress& address);
	void OpenVsockPort(const StreamAddress& address);
	void AskMonitor(double deadline);

	StreamAddress address_;
	FileDescriptor descriptor_;
	bool connected_ = false;
	bool answered_ = false;
};

}  // namespace porthole
