#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "rtp/packet-cipher.h"
#include "rtp/srtp.h"

namespace porthole {

/// Tells new packet indexes from those seen before or too old to know (RFC 3711, 3.3.2).
class ReplayWindow {
public:
	/// Whether the index is new; it then counts as seen. Call only with indexes that are authentic.
	bool Accept(std::uint32_t index);

private:
	std::int64_t highest_ = -1;
	/// Bit n: `highest_ - n` was seen.
	std::uint32_t seen_ = 0;
};

/// A window for each source (SSRC) of a connection: each counts its packets from zero (RFC 3711, 3.2.3).
class ReplayWindows {
public:
	/// Most sources of one connection; packets of those beyond are refused.
	static constexpr std::size_t kMaxSources = 16;

	/// As `ReplayWindow::Accept`.
	bool Accept(std::uint32_t source, std::uint32_t index);

private:
	std::vector<std::pair<std::uint32_t, ReplayWindow>> windows_;
};

/// Protects the RTCP packets of one direction of a connection (RFC 7714, 9; RFC 3711, 3.4). Indexes count from zero.
class SrtcpProtector {
public:
	explicit SrtcpProtector(const SessionKeys& keys);
	/// The protected packet; `plain` has at least 8 bytes.
	std::vector<std::uint8_t> Protect(Bytes plain);

private:
	const SessionKeys keys_;
	std::optional<GcmCipher> gcm_;
	std::optional<CounterCipher> counter_;
	std::optional<Hmac> hmac_;
	std::uint32_t next_ = 0;
};

/// Opens the RTCP packets of the other direction.
class SrtcpOpener {
public:
	explicit SrtcpOpener(const SessionKeys& keys);
	/// The packet inside; nothing when it is not genuine, was seen before, or is too short or too long.
	std::optional<std::vector<std::uint8_t>> Open(Bytes packet);

private:
	std::optional<std::vector<std::uint8_t>> OpenGcm(Bytes packet);
	std::optional<std::vector<std::uint8_t>> OpenCounter(Bytes packet);

	const SessionKeys keys_;
	ReplayWindows windows_;
	std::optional<GcmCipher> gcm_;
	std::optional<CounterCipher> counter_;
	std::optional<Hmac> hmac_;
};

}  // namespace porthole
