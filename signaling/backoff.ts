/** First wait, growth and, unless said otherwise, longest wait between attempts, ms. */
const FIRST = 250;
const GROWTH = 2;
const LONGEST = 5_000;

/** Waiting times between attempts: doubling, with jitter so that many clients do not return in step. */
export class Backoff {
	/** How many waits were handed out since the last success. */
	attempt = 0;
	readonly #random: () => number;
	readonly #longest: number;

	constructor(random: () => number = Math.random, longest = LONGEST) {
		this.#random = random;
		this.#longest = longest;
	}

	/** The next wait in milliseconds: between half and all of the doubled base. */
	next(): number {
		const base = Math.min(FIRST * GROWTH ** this.attempt, this.#longest);
		this.attempt++;
		return base * (0.5 + this.#random() / 2);
	}

	reset(): void {
		this.attempt = 0;
	}
}
