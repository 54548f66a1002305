import { type Clock, systemClock } from "../../signaling/clock.ts";

export { type Clock, systemClock };

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
