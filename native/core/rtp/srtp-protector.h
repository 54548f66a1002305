#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "packet-cipher.h"
#include "srtp-keys.h"

namespace porthole {

/// Longest tag that protection adds, bytes.
constexpr std::size_t kMaxSrtpTag = 16;

/// Protects outgoing RTP packets of one connection (RFC 7714, 8; RFC 3711, 4.1.1 and 4.2).
class SrtpProtector {
public:
	explicit SrtpProtector(const SessionKeys& keys);

	/// `packet` holds a header of `header_size` bytes; the payload is encrypted to behind it (it may stand there
	/// already), then the tag follows. Answers the size of all. `index` is the packet index of RFC 3711, 3.3.1, 48
	/// bits; the same SSRC and index must never be used for two different packets.
	std::size_t Protect(std::uint8_t* packet, std::size_t header_size, Bytes payload, std::uint64_t index);

private:
	const SessionKeys keys_;
	std::optional<GcmCipher> gcm_;
	std::optional<CounterCipher> counter_;
	std::optional<Hmac> hmac_;
};

}  // namespace porthole
