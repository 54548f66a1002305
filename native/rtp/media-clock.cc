#include "rtp/media-clock.h"

#include <cmath>

namespace porthole {

namespace {

/// Seconds between the NTP epoch (1900) and the Unix epoch (RFC 5905, figure 4).
constexpr double kNtpOffset = 2'208'988'800;
constexpr double kTwo32 = 4'294'967'296;
constexpr double kTicksPerMs = 90;

std::uint32_t Wrapped(double value) {
	const double rest = std::fmod(value, kTwo32);
	return static_cast<std::uint32_t>(rest < 0 ? rest + kTwo32 : rest);
}

}  // namespace

NtpTime ToNtpTime(double ms) {
	const double whole = std::floor(ms / 1000);
	const double fraction = std::floor((ms - whole * 1000) / 1000 * kTwo32);
	return {Wrapped(whole + kNtpOffset), Wrapped(fraction)};
}

std::uint32_t CompactNtp(NtpTime time) { return time.seconds << 16 | time.fraction >> 16; }

std::uint32_t RtpTimestamp(double time, double clock_origin) {
	return Wrapped(std::floor((time - clock_origin) * kTicksPerMs + 0.5));
}

}  // namespace porthole
