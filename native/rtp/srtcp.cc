#include "rtp/srtcp.h"

#include <algorithm>
#include <cstring>

#include "rtp/byte-order.h"

namespace porthole {

namespace {

/// Size of the part of an RTCP packet that stays readable.
constexpr std::size_t kClear = 8;
constexpr std::uint32_t kEncrypted = 0x8000'0000;
constexpr std::uint32_t kMaxIndex = 0x7fff'ffff;
constexpr std::size_t kIndexWord = 4;
constexpr std::size_t kHmacTag = 10;
/// Nothing longer comes in a packet of a network.
constexpr std::size_t kMaxPacket = 4096;
constexpr std::uint32_t kWindow = 32;

GcmCipher::Iv GcmIv(const SessionKeys& keys, Bytes packet, std::uint32_t index) {
	GcmCipher::Iv iv{};
	std::memcpy(iv.data() + 2, packet.data() + 4, 4);
	Put32(iv.data() + 8, index);
	for (std::size_t i = 0; i < iv.size(); i++) iv[i] ^= keys.salt[i];
	return iv;
}

std::array<std::uint8_t, 16> CounterIv(const SessionKeys& keys, Bytes packet, std::uint32_t index) {
	std::array<std::uint8_t, 16> iv{};
	std::memcpy(iv.data() + 4, packet.data() + 4, 4);
	Put32(iv.data() + 10, index);
	for (std::size_t i = 0; i < keys.salt.size(); i++) iv[i] ^= keys.salt[i];
	return iv;
}

}  // namespace

bool ReplayWindow::Accept(std::uint32_t index) {
	const std::int64_t ahead = static_cast<std::int64_t>(index) - highest_;
	if (ahead > 0) {
		seen_ = ahead >= kWindow ? 1 : seen_ << ahead | 1;
		highest_ = index;
		return true;
	}
	if (-ahead >= kWindow) return false;
	const std::uint32_t bit = 1u << -ahead;
	if ((seen_ & bit) != 0) return false;
	seen_ |= bit;
	return true;
}

bool ReplayWindows::Accept(std::uint32_t source, std::uint32_t index) {
	auto found = std::ranges::find(windows_, source, [](const auto& window) { return window.first; });
	if (found == windows_.end()) {
		if (windows_.size() == kMaxSources) return false;
		found = windows_.insert(windows_.end(), {source, ReplayWindow()});
	}
	return found->second.Accept(index);
}

SrtcpProtector::SrtcpProtector(const SessionKeys& keys) : keys_(keys) {
	if (keys.profile == SrtpProfile::kAes128Gcm) {
		gcm_.emplace(keys.encryption, GcmCipher::Direction::kSeal);
	} else {
		counter_.emplace(keys.encryption);
		hmac_.emplace(keys.authentication);
	}
}

std::vector<std::uint8_t> SrtcpProtector::Protect(Bytes plain) {
	const std::uint32_t index = next_;
	next_ = (index + 1) & kMaxIndex;
	std::uint8_t word[kIndexWord];
	Put32(word, index | kEncrypted);
	const Bytes body = plain.subspan(kClear);
	std::vector<std::uint8_t> packet(plain.begin(), plain.begin() + kClear);
	if (gcm_) {
		packet.resize(plain.size() + GcmCipher::kTag);
		gcm_->Seal(GcmIv(keys_, plain, index), plain.first(kClear), word, body, packet.data() + kClear);
		packet.insert(packet.end(), word, word + kIndexWord);
		return packet;
	}
	packet.resize(plain.size());
	counter_->Crypt(CounterIv(keys_, plain, index), body.data(), body.size(), packet.data() + kClear);
	packet.insert(packet.end(), word, word + kIndexWord);
	const auto digest = hmac_->Of(packet, {});
	packet.insert(packet.end(), digest.begin(), digest.begin() + kHmacTag);
	return packet;
}

SrtcpOpener::SrtcpOpener(const SessionKeys& keys) : keys_(keys) {
	if (keys.profile == SrtpProfile::kAes128Gcm) {
		gcm_.emplace(keys.encryption, GcmCipher::Direction::kOpen);
	} else {
		counter_.emplace(keys.encryption);
		hmac_.emplace(keys.authentication);
	}
}

std::optional<std::vector<std::uint8_t>> SrtcpOpener::Open(Bytes packet) {
	if (packet.size() > kMaxPacket) return std::nullopt;
	return gcm_ ? OpenGcm(packet) : OpenCounter(packet);
}

std::optional<std::vector<std::uint8_t>> SrtcpOpener::OpenGcm(Bytes packet) {
	if (packet.size() < kClear + GcmCipher::kTag + kIndexWord) return std::nullopt;
	const Bytes word = packet.last(kIndexWord);
	const std::uint32_t flagged = Get32(word.data());
	if ((flagged & kEncrypted) == 0) return std::nullopt;
	const std::uint32_t index = flagged & kMaxIndex;
	const Bytes sealed = packet.subspan(kClear, packet.size() - kClear - kIndexWord);
	std::vector<std::uint8_t> plain(packet.begin(), packet.begin() + kClear);
	plain.resize(kClear + sealed.size() - GcmCipher::kTag);
	if (!gcm_->Open(GcmIv(keys_, packet, index), packet.first(kClear), word, sealed, plain.data() + kClear)) {
		return std::nullopt;
	}
	if (!windows_.Accept(Get32(packet.data() + 4), index)) return std::nullopt;
	return plain;
}

std::optional<std::vector<std::uint8_t>> SrtcpOpener::OpenCounter(Bytes packet) {
	if (packet.size() < kClear + kIndexWord + kHmacTag) return std::nullopt;
	const Bytes covered = packet.first(packet.size() - kHmacTag);
	const auto digest = hmac_->Of(covered, {});
	if (!SameSecret(Bytes(digest).first(kHmacTag), packet.last(kHmacTag))) return std::nullopt;
	const std::uint32_t flagged = Get32(covered.data() + covered.size() - kIndexWord);
	const std::uint32_t index = flagged & kMaxIndex;
	if (!windows_.Accept(Get32(packet.data() + 4), index)) return std::nullopt;
	std::vector<std::uint8_t> plain(covered.begin(), covered.end() - kIndexWord);
	if ((flagged & kEncrypted) != 0) {
		std::uint8_t* body = plain.data() + kClear;
		counter_->Crypt(CounterIv(keys_, packet, index), body, plain.size() - kClear, body);
	}
	return plain;
}

}  // namespace porthole
