import type { Clock } from "../devices/clock.ts";

/** Inputs a second that one viewer may send, and how many may come at once. */
const MAX_RATE = 1000;

/** How much one viewer may send: a bucket that fills at `MAX_RATE` a second. */
export class InputBudget {
	readonly #clock: Clock;
	#credit = MAX_RATE;
	#creditAt: number;

	constructor(clock: Clock) {
		this.#clock = clock;
		this.#creditAt = clock.now();
	}

	/** Whether one more may come now. */
	take(): boolean {
		const now = this.#clock.now();
		const gained = Math.max(0, now - this.#creditAt) * (MAX_RATE / 1000);
		this.#credit = Math.min(MAX_RATE, this.#credit + gained);
		this.#creditAt = now;
		if (this.#credit < 1) return false;
		this.#credit--;
		return true;
	}
}
