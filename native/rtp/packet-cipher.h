#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

// Declared as in <openssl/types.h>, so that only packet-cipher.cc sees the library.
struct evp_cipher_ctx_st;
struct evp_mac_ctx_st;

namespace porthole {

using Bytes = std::span<const std::uint8_t>;

struct CipherContextDeleter {
	void operator()(evp_cipher_ctx_st* context) const;
	void operator()(evp_mac_ctx_st* context) const;
};

// Keyed contexts of OpenSSL that are kept over packets. Errors of the library throw NativeError `crypto-failed`.

/// AES-128 in counter mode.
class CounterCipher {
public:
	explicit CounterCipher(const std::array<std::uint8_t, 16>& key);
	/// `out` may be `in`.
	void Crypt(const std::array<std::uint8_t, 16>& iv, const std::uint8_t* in, std::size_t size, std::uint8_t* out);

private:
	std::unique_ptr<evp_cipher_ctx_st, CipherContextDeleter> context_;
};

/// AES-128-GCM with a tag of 16 bytes, one direction.
class GcmCipher {
public:
	static constexpr std::size_t kTag = 16;
	using Iv = std::array<std::uint8_t, 12>;

	enum class Direction { kSeal, kOpen };
	GcmCipher(const std::array<std::uint8_t, 16>& key, Direction direction);

	/// Encrypts `plain` to `out`, the tag behind it. `associated` and `more` are authenticated one after the other.
	void Seal(const Iv& iv, Bytes associated, Bytes more, Bytes plain, std::uint8_t* out);

	/// Decrypts `sealed` (with its tag) to `out`; false when it is not genuine.
	bool Open(const Iv& iv, Bytes associated, Bytes more, Bytes sealed, std::uint8_t* out);

private:
	std::unique_ptr<evp_cipher_ctx_st, CipherContextDeleter> context_;
};

/// HMAC-SHA1.
class Hmac {
public:
	explicit Hmac(const std::array<std::uint8_t, 20>& key);
	/// Over `first` and `second`.
	std::array<std::uint8_t, 20> Of(Bytes first, Bytes second);

private:
	std::unique_ptr<evp_mac_ctx_st, CipherContextDeleter> context_;
};

/// Whether both are the same, in a time that does not tell where they differ.
bool SameSecret(Bytes one, Bytes other);

}  // namespace porthole
