import type { MonotonicTime } from "../../../signaling/protocol/time.ts";

/** Seconds between the NTP epoch (1900) and the Unix epoch (RFC 5905, figure 4). */
const NTP_OFFSET = 2_208_988_800;
const TWO_32 = 2 ** 32;

/** Ticks of the H.264 RTP clock in a millisecond (RFC 6184, 8.2.1). */
const TICKS_PER_MS = 90;

/** A 64-bit NTP time, UQ32.32, as two words. */
export interface NtpTime {
	readonly seconds: number;
	readonly fraction: number;
}

/** `time`: of `systemClock`, which goes on from the Unix epoch as the wall clock had it when the process started. */
export function ntpTime(time: MonotonicTime): NtpTime {
	const whole = Math.floor(time / 1000);
	const fraction = Math.floor(((time - whole * 1000) / 1000) * TWO_32);
	return { seconds: (whole + NTP_OFFSET) % TWO_32, fraction };
}

/** The middle 32 bits of an NTP time, as in `LSR` of a receiver report (RFC 3550, 6.4.1). */
export function compactNtp(time: NtpTime): number {
	return (((time.seconds & 0xffff) << 16) | (time.fraction >>> 16)) >>> 0;
}

/** RTP timestamp of a time of the same clock as `clockOrigin`. */
export function rtpTimestamp(time: MonotonicTime, clockOrigin: MonotonicTime): number {
	const ticks = Math.round((time - clockOrigin) * TICKS_PER_MS) % TWO_32;
	return ticks < 0 ? ticks + TWO_32 : ticks;
}

/**
 * An origin that makes the first timestamps unpredictable (RFC 3550, 5.1), before `now` by less than a wrap of the
 * RTP clock. `random`: 0 ≤ random < 1.
 */
export function chooseClockOrigin(now: MonotonicTime, random: number): MonotonicTime {
	return Math.floor(now - random * (TWO_32 / TICKS_PER_MS));
}
