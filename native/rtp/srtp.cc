#include "rtp/srtp.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "rtp/byte-order.h"
#include "rtp/packet-cipher.h"

namespace porthole {

namespace {

void KeyStream(const MasterKeys& master, std::uint8_t label, std::span<std::uint8_t> out) {
	std::array<std::uint8_t, 16> counter{};
	const std::size_t salt_size = master.profile == SrtpProfile::kAes128Gcm ? 12 : 14;
	std::copy_n(master.salt.begin(), salt_size, counter.begin());
	counter[7] ^= label;
	std::ranges::fill(out, 0);
	CounterCipher(master.key).Crypt(counter, out.data(), out.size(), out.data());
}

constexpr std::size_t kHmacTag = 10;

void PutIndex(std::uint8_t* at, std::uint64_t index) {
	Put16(at, static_cast<std::uint32_t>(index >> 32));
	Put32(at + 2, static_cast<std::uint32_t>(index));
}

}  // namespace

SessionKeys DeriveSessionKeys(const MasterKeys& master, KeyUse use) {
	const std::uint8_t label = use == KeyUse::kRtp ? 0 : 3;
	SessionKeys keys{master.profile, {}, {}, {}};
	KeyStream(master, label, keys.encryption);
	KeyStream(master, label + 1, keys.authentication);
	KeyStream(master, label + 2, keys.salt);
	return keys;
}

SrtpProtector::SrtpProtector(const SessionKeys& keys) : keys_(keys) {
	if (keys.profile == SrtpProfile::kAes128Gcm) {
		gcm_.emplace(keys.encryption, GcmCipher::Direction::kSeal);
	} else {
		counter_.emplace(keys.encryption);
		hmac_.emplace(keys.authentication);
	}
}

std::size_t SrtpProtector::Protect(std::uint8_t* packet, std::size_t header_size, Bytes payload, std::uint64_t index) {
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
