#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

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

}  // namespace porthole
