import type { Clock } from "../../signaling/clock.ts";

export type { Clock };

/** How far the steady clock may stray from the wall clock before it is set again, ms. */
const TOLERANCE = 2;

/** The machine's clock: finer than `Date.now()`, and still right after the wall clock was adjusted. */
export const systemClock: Clock = createSystemClock();

function createSystemClock(): Clock {
	let origin = anchor();
	return {
		now() {
			if (Math.abs(Date.now() - (origin + performance.now())) > TOLERANCE) origin = anchor();
			return origin + performance.now();
		},
		after(delay, callback) {
			const timer = setTimeout(callback, delay);
			return () => clearTimeout(timer);
		},
	};
}

/** Where the steady clock's zero lies on the wall clock; waits (1 ms at most) for a whole millisecond to begin. */
function anchor(): number {
	const first = Date.now();
	let next = first;
	while (next === first) next = Date.now();
	return next - performance.now();
}

/** The clock for callbacks whose errors nobody is there to catch, such as input that a device no longer takes. */
export function ignoringErrors(clock: Clock): Clock {
	return {
		now: () => clock.now(),
		after: (ms, callback) =>
			clock.after(ms, () => {
				try {
					callback();
				} catch {
					// See above.
				}
			}),
	};
}
