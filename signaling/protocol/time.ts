import * as v from "valibot";

declare const clock: unique symbol;

/**
 * A moment of the wall clock, milliseconds since the Unix epoch. People and NTP set that clock, so it may jump either way:
 * it is for what outlives a process (an expiry) and for what people read (since when), never for an interval.
 */
export type WallTime = number & { readonly [clock]?: "wall" };

/**
 * A moment of a clock that only goes forward, in milliseconds; for intervals and deadlines. Where its zero lies is each
 * process's and each page's own affair.
 */
export type MonotonicTime = number & { readonly [clock]?: "monotonic" };

/** A moment of the wall clock as it stands on the wire and in files. */
export const wallTimeSchema = v.pipe(
	v.number(),
	v.finite(),
	v.transform((time): WallTime => time),
);

/** Reads the wall clock. */
export type WallClock = () => WallTime;

/** The machine's wall clock. */
export const wallClock: WallClock = () => Date.now();

/** Time that passes: intervals, deadlines and timers. Injected, so that tests can hold it still. */
export interface Clock {
	/** Only goes forward, whatever becomes of the wall clock. */
	now(): MonotonicTime;
	/** Calls back once, `ms` from now. The function returned takes it back. */
	after(ms: number, callback: () => void): () => void;
}

/** The page's or the process's own clock, since it began. https://w3c.github.io/hr-time/#dom-performance-now */
export function monotonicNow(): MonotonicTime {
	return performance.now();
}

/** The clock of a page, with the browser's timers. */
export const pageClock: Clock = {
	now: monotonicNow,
	after(ms, callback) {
		const timer = setTimeout(callback, ms);
		return () => clearTimeout(timer);
	},
};
