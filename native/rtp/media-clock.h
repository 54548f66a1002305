#pragma once

#include <cstdint>

namespace porthole {

/// A 64-bit NTP time, UQ32.32, as two words.
struct NtpTime {
	std::uint32_t seconds;
	std::uint32_t fraction;
};

/// `ms`: of `MonotonicMs`, which goes on from the Unix epoch as the wall clock had it when the process started.
NtpTime ToNtpTime(double ms);

/// The middle 32 bits of an NTP time, as in `LSR` of a receiver report (RFC 3550, 6.4.1).
std::uint32_t CompactNtp(NtpTime time);

/// RTP timestamp of a time on the clock of 90 kHz; both of `MonotonicMs`.
std::uint32_t RtpTimestamp(double time, double clock_origin);

}  // namespace porthole
