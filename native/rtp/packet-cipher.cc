#include "rtp/packet-cipher.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "native-error.h"

namespace porthole {

namespace {

void Expect(int result) {
	if (result != 1) throw NativeError("crypto-failed", "OpenSSL refused to protect a packet.");
}

int Length(Bytes bytes) { return static_cast<int>(bytes.size()); }

/// Looked up once for the process: each look-up takes a lock.
const EVP_CIPHER* FetchedCipher(const char* name) {
	const EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, name, nullptr);
	if (cipher == nullptr) throw NativeError("crypto-failed", std::string("OpenSSL has no ") + name + ".");
	return cipher;
}

const EVP_CIPHER* CounterKind() {
	static const EVP_CIPHER* const kind = FetchedCipher("AES-128-CTR");
	return kind;
}

const EVP_CIPHER* GcmKind() {
	static const EVP_CIPHER* const kind = FetchedCipher("AES-128-GCM");
	return kind;
}

EVP_MAC* HmacKind() {
	static EVP_MAC* const kind = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
	if (kind == nullptr) throw NativeError("crypto-failed", "OpenSSL has no HMAC.");
	return kind;
}

}  // namespace

void CipherContextDeleter::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

void CipherContextDeleter::operator()(evp_mac_ctx_st* context) const { EVP_MAC_CTX_free(context); }

CounterCipher::CounterCipher(const std::array<std::uint8_t, 16>& key) : context_(EVP_CIPHER_CTX_new()) {
	Expect(EVP_EncryptInit_ex(context_.get(), CounterKind(), nullptr, key.data(), nullptr));
}

void CounterCipher::Crypt(const std::array<std::uint8_t, 16>& iv, const std::uint8_t* in, std::size_t size,
	std::uint8_t* out) {
	int written = 0;
	Expect(EVP_EncryptInit_ex(context_.get(), nullptr, nullptr, nullptr, iv.data()));
	Expect(EVP_EncryptUpdate(context_.get(), out, &written, in, static_cast<int>(size)));
}

GcmCipher::GcmCipher(const std::array<std::uint8_t, 16>& key, Direction direction) : context_(EVP_CIPHER_CTX_new()) {
	Expect(EVP_CipherInit_ex(context_.get(), GcmKind(), nullptr, key.data(), nullptr,
		direction == Direction::kSeal ? 1 : 0));
}

void GcmCipher::Seal(const Iv& iv, Bytes associated, Bytes more, Bytes plain, std::uint8_t* out) {
	EVP_CIPHER_CTX* context = context_.get();
	int written = 0;
	Expect(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, iv.data()));
	Expect(EVP_EncryptUpdate(context, nullptr, &written, associated.data(), Length(associated)));
	if (!more.empty()) Expect(EVP_EncryptUpdate(context, nullptr, &written, more.data(), Length(more)));
	Expect(EVP_EncryptUpdate(context, out, &written, plain.data(), Length(plain)));
	Expect(EVP_EncryptFinal_ex(context, out + plain.size(), &written));
	Expect(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTag, out + plain.size()));
}

bool GcmCipher::Open(const Iv& iv, Bytes associated, Bytes more, Bytes sealed, std::uint8_t* out) {
	if (sealed.size() < kTag) return false;
	EVP_CIPHER_CTX* context = context_.get();
	const Bytes body = sealed.first(sealed.size() - kTag);
	std::array<std::uint8_t, kTag> tag{};
	std::copy(sealed.end() - kTag, sealed.end(), tag.begin());
	int written = 0;
	Expect(EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, iv.data()));
	Expect(EVP_DecryptUpdate(context, nullptr, &written, associated.data(), Length(associated)));
	if (!more.empty()) Expect(EVP_DecryptUpdate(context, nullptr, &written, more.data(), Length(more)));
	if (!body.empty()) Expect(EVP_DecryptUpdate(context, out, &written, body.data(), Length(body)));
	Expect(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTag, tag.data()));
	std::uint8_t rest[EVP_MAX_BLOCK_LENGTH];
	return EVP_DecryptFinal_ex(context, rest, &written) == 1;
}

Hmac::Hmac(const std::array<std::uint8_t, 20>& key) : context_(EVP_MAC_CTX_new(HmacKind())) {
	char digest[] = "SHA1";
	const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end()};
	Expect(EVP_MAC_init(context_.get(), key.data(), key.size(), parameters));
}

std::array<std::uint8_t, 20> Hmac::Of(Bytes first, Bytes second) {
	std::array<std::uint8_t, 20> digest{};
	std::size_t written = 0;
	// Without a key: starts over with the one it has.
	Expect(EVP_MAC_init(context_.get(), nullptr, 0, nullptr));
	Expect(EVP_MAC_update(context_.get(), first.data(), first.size()));
	if (!second.empty()) Expect(EVP_MAC_update(context_.get(), second.data(), second.size()));
	Expect(EVP_MAC_final(context_.get(), digest.data(), &written, digest.size()));
	return digest;
}

bool SameSecret(Bytes one, Bytes other) {
	return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace porthole
