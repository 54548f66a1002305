/// What the other end of an HXFR stream can answer to a frame. Input: its bytes, after which it hangs up.

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "clock.h"
#include "encode/remote-encoder.h"
#include "native-error.h"
#include "stage.h"

namespace {

using namespace porthole;

/// Far more than anything takes that is on this machine.
constexpr double kLimitMs = 10'000;

/// Listens at a name outside the file system (unix(7), abstract), so that nothing is left behind.
class Listener {
public:
	Listener() : descriptor_(socket(AF_UNIX, SOCK_STREAM, 0)) {
		sockaddr_un path{};
		path.sun_family = AF_UNIX;
		std::memcpy(path.sun_path, address_.host.data(), address_.host.size());
		REQUIRE(bind(descriptor_.get(), reinterpret_cast<const sockaddr*>(&path), sizeof path) == 0);
		REQUIRE(listen(descriptor_.get(), 1) == 0);
	}

	const StreamAddress& address() const { return address_; }
	FileDescriptor Accept() const { return FileDescriptor(accept(descriptor_.get(), nullptr, nullptr)); }

private:
	const StreamAddress address_{.kind = StreamAddress::Kind::kUnix,
		.host = std::string("\0porthole-fuzz-", 15) + std::to_string(getpid()),
		.text = "unix:fuzz"};
	FileDescriptor descriptor_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
	static const Listener listener;
	DeadlineSocket socket(listener.address());
	const FileDescriptor other = listener.Accept();
	REQUIRE(socket.Connected(MonotonicMs() + kLimitMs));
	REQUIRE(send(other.get(), data, size, 0) == static_cast<ssize_t>(size));
	shutdown(other.get(), SHUT_WR);
	HxfrExchange exchange(std::move(socket));
	EncodedFrame encoded;
	try {
		const bool has_frame = exchange.Encode({}, 16, 16, true, encoded, MonotonicMs() + kLimitMs);
		REQUIRE(has_frame == !encoded.data.empty());
		REQUIRE(!has_frame || (encoded.data.size() > 4 && Get32(encoded.data.data()) == 1));
	} catch (const NativeError& error) {
		REQUIRE(error.code() != "socket-late");
	}
	return 0;
}
