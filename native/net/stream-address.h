#pragma once

#include <cstdint>
#include <string>

namespace porthole {

/// Where a byte stream leads: `unix:/path`, `tcp:HOST:PORT`, `vsock:CID:PORT` or `hybrid:/path:PORT`, as in
/// `server/devices/hxfr/transport/address.ts`.
struct StreamAddress {
	enum class Kind { kUnix, kTcp, kVsock, kHybrid };
	Kind kind = Kind::kUnix;
	std::string host;  ///< Path or host name.
	std::uint32_t cid = 0;
	std::uint32_t port = 0;
	std::string text;  ///< As it was given.

	/// Throws NativeError `hxfr-bad-address`.
	static StreamAddress Parse(const std::string& text);
};

}  // namespace porthole
