#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "rtp/packet-cipher.h"

namespace porthole {

/// SRTP protection profiles (RFC 5764, 4.1.2; RFC 7714, 14.2).
enum class SrtpProfile { kAes128Gcm, kAes128CounterHmacSha1 };

/// Master key and master salt (12 bytes used with GCM, else 14), as DTLS gives them.
struct MasterKeys {
	SrtpProfile profile;
	std::array<std::uint8_t, 16> key;
	std::array<std::uint8_t, 14> salt;
};

/// Keys that protect packets; `authentication` is unused with GCM.
struct SessionKeys {
	SrtpProfile profile;
	std::array<std::uint8_t, 16> encryption;
	std::array<std::uint8_t, 20> authentication;
	std::array<std::uint8_t, 14> salt;
};

enum class KeyUse { kRtp, kRtcp };

/// Session keys of SRTP or SRTCP (RFC 3711, 4.3, with a key derivation rate of zero; RFC 7714, 11).
SessionKeys DeriveSessionKeys(const MasterKeys& master, KeyUse use);

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
