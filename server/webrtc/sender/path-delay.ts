import { REFERENCE_UNIT } from "./transport-feedback.ts";

/** The least delay is that of the last ten seconds, in buckets of one. */
const BUCKET = 1000;
const BUCKETS = 10;

/** A receiver's clock that leaps by more than this against ours is a new clock, milliseconds. */
const LEAP = 10_000;

/** Delays beyond it count as this much, milliseconds. */
export const MAX_QUEUE_DELAY = 10_000;

const WRAP = 2 ** 24;

/**
 * One-way delay above the least of late. The receiver's clock has an unknown offset, and may run faster or slower than
 * ours: forgetting after ten seconds keeps the error of 100 ppm at one millisecond.
 */
export class PathDelay {
	readonly #least = new Float64Array(BUCKETS).fill(Number.POSITIVE_INFINITY);
	readonly #buckets = new Float64Array(BUCKETS).fill(-1);
	/** The receiver's clock at the last message, in units of 64 ms without wraps, and ours then. */
	#reference: number | undefined;
	#heardAt = 0;
	#leaps = 0;

	/** How often a receiver's clock leapt. */
	get leaps(): number {
		return this.#leaps;
	}

	/** Takes the reference time of a message that came at `now`; answers it in milliseconds without wraps. */
	begin(reference: number, now: number): number {
		const before = this.#reference ?? reference;
		let ahead = (((reference - before) % WRAP) + WRAP) % WRAP;
		if (ahead >= WRAP / 2) ahead -= WRAP;
		if (this.#reference !== undefined && Math.abs(ahead * REFERENCE_UNIT - (now - this.#heardAt)) > LEAP) {
			this.#leaps++;
			this.#buckets.fill(-1);
		}
		this.#reference = before + ahead;
		this.#heardAt = now;
		return this.#reference * REFERENCE_UNIT;
	}

	/** Notes a delay (arrival by the receiver's clock less sending by ours) found at `now`. */
	note(delay: number, now: number): void {
		const number = Math.floor(now / BUCKET);
		const slot = number % BUCKETS;
		if (this.#buckets[slot] !== number) {
			this.#buckets[slot] = number;
			this.#least[slot] = delay;
		} else if (delay < (this.#least[slot] ?? 0)) {
			this.#least[slot] = delay;
		}
	}

	/** How much a delay is above the least noted, bounded. */
	above(delay: number, now: number): number {
		const oldest = Math.floor(now / BUCKET) - BUCKETS;
		let least = delay;
		for (let slot = 0; slot < BUCKETS; slot++) {
			if ((this.#buckets[slot] ?? -1) > oldest) least = Math.min(least, this.#least[slot] ?? delay);
		}
		return Math.min(delay - least, MAX_QUEUE_DELAY);
	}
}
