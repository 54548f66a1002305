import { type Clock, type MonotonicTime, monotonicNow } from "./protocol/time.ts";

export type { Clock };

/** The machine's clock. */
export const systemClock: Clock = {
	now,
	after(ms, callback) {
		const timer = setTimeout(callback, ms);
		return () => clearTimeout(timer);
	},
};

/** The machine's clock for what happens in the background: its timers keep no process alive. */
export const backgroundClock: Clock = {
	now,
	after(ms, callback) {
		const timer = setTimeout(callback, ms);
		timer.unref();
		return () => clearTimeout(timer);
	},
};

/**
 * Goes on from what the wall clock said when the process started. So its times may go on the wire as capture times and
 * NTP times, which have to be of one even clock.
 */
function now(): MonotonicTime {
	return performance.timeOrigin + monotonicNow();
}
