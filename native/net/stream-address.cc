#include "net/stream-address.h"

#include <sys/un.h>

#include <limits>

#include "native-error.h"

namespace porthole {

namespace {

NativeError Bad(const std::string& text, const std::string& why) {
	return {"hxfr-bad-address", "The address \"" + text + "\" cannot be used: " + why + "."};
}

std::uint32_t Number(const std::string& digits, std::uint64_t most, const std::string& text) {
	std::uint64_t value = 0;
	for (const char digit : digits) {
		if (digit < '0' || digit > '9' || value > most) throw Bad(text, "\"" + digits + "\" is no number in bounds");
		value = value * 10 + static_cast<std::uint64_t>(digit - '0');
	}
	if (digits.empty() || value > most) throw Bad(text, "\"" + digits + "\" is no number in bounds");
	return static_cast<std::uint32_t>(value);
}

}  // namespace

StreamAddress StreamAddress::Parse(const std::string& text) {
	constexpr std::uint64_t kMost32 = std::numeric_limits<std::uint32_t>::max();
	const std::size_t colon = text.find(':');
	const std::string scheme = text.substr(0, colon);
	const std::string rest = colon == std::string::npos ? "" : text.substr(colon + 1);
	const std::size_t last = rest.rfind(':');
	const std::string before = rest.substr(0, last);
	const std::string after = last == std::string::npos ? "" : rest.substr(last + 1);
	StreamAddress address;
	address.text = text;
	if (scheme == "unix") {
		address.kind = Kind::kUnix;
		address.host = rest;
	} else if (scheme == "tcp") {
		address.kind = Kind::kTcp;
		address.port = Number(after, 65535, text);
		const bool bracketed = before.size() > 2 && before.front() == '[' && before.back() == ']';
		address.host = bracketed ? before.substr(1, before.size() - 2) : before;
	} else if (scheme == "vsock") {
		address.kind = Kind::kVsock;
		address.cid = Number(before, kMost32, text);
		address.port = Number(after, kMost32, text);
	} else if (scheme == "hybrid") {
		address.kind = Kind::kHybrid;
		address.host = before;
		address.port = Number(after, kMost32, text);
	} else {
		throw Bad(text, "it begins with none of unix:, tcp:, vsock: and hybrid:");
	}
	const bool is_path = address.kind == Kind::kUnix || address.kind == Kind::kHybrid;
	if (is_path && (address.host.empty() || address.host.front() != '/')) throw Bad(text, "its path must begin with /");
	if (is_path && address.host.size() >= sizeof(sockaddr_un::sun_path)) throw Bad(text, "its path is too long");
	if (address.kind == Kind::kTcp && address.host.empty()) throw Bad(text, "it names no host");
	return address;
}

}  // namespace porthole
