#include "srtp-protector.h"

#include <algorithm>
#include <cstring>

#include "byte-order.h"

namespace porthole {

namespace {

constexpr std::size_t kHmacTag = 10;

void PutIndex(std::uint8_t* at, std::uint64_t index) {
	Put16(at, static_cast<std::uint32_t>(index >> 32));
	Put32(at + 2, static_cast<std::uint32_t>(index));
}

}  // namespace

SrtpProtector::SrtpProtector(const SessionKeys& keys) : keys_(keys) {
	if (keys.profile == SrtpProfile::kAes128Gcm) {
		gcm_.emplace(keys.encryption, GcmCipher::Direction::kSeal);
	} else {
		counter_.emplace(keys.encryption);
		hmac_.emplace(keys.authentication);
	}
}

std::size_t SrtpProtector::Protect(
	std::uint8_t* packet, std::size_t header_size, Bytes payload, std::uint64_t index) {
	std::uint8_t* body = packet + header_size;
	if (gcm_) {
		GcmCipher::Iv iv{};
		std::memcpy(iv.data() + 2, packet + 8, 4);
		PutIndex(iv.data() + 6, index);
		for (std::size_t i = 0; i < iv.size(); i++) iv[i] ^= keys_.salt[i];
		gcm_->Seal(iv, {packet, header_size}, {}, payload, body);
		return header_size + payload.size() + GcmCipher::kTag;
	}
	std::array<std::uint8_t, 16> iv{};
	std::memcpy(iv.data() + 4, packet + 8, 4);
	PutIndex(iv.data() + 8, index);
	for (std::size_t i = 0; i < keys_.salt.size(); i++) iv[i] ^= keys_.salt[i];
	counter_->Crypt(iv, payload.data(), payload.size(), body);
	std::uint8_t rollover[4];
	Put32(rollover, static_cast<std::uint32_t>(index >> 16));
	const std::size_t size = header_size + payload.size();
	const auto digest = hmac_->Of({packet, size}, rollover);
	std::copy_n(digest.begin(), kHmacTag, packet + size);
	return size + kHmacTag;
}

}  // namespace porthole
