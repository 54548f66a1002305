import type { Clock } from "../../devices/clock.ts";

/** Time between looks at those who wait, milliseconds. */
export const PACE_TICK = 4;

/** Whoever has something to send later. */
export interface Waiting {
	/** Sends what may go now; whether something is left. */
	pump(now: number): boolean;
}

/** One timer for all senders that wait; none runs while nobody does. */
export class PaceClock {
	readonly #clock: Clock;
	readonly #waiting = new Set<Waiting>();
	#cancel: (() => void) | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	now(): number {
		return this.#clock.now();
	}

	add(one: Waiting): void {
		this.#waiting.add(one);
		this.#cancel ??= this.#clock.after(PACE_TICK, () => this.#tick());
	}

	remove(one: Waiting): void {
		this.#waiting.delete(one);
		if (this.#waiting.size > 0) return;
		this.#cancel?.();
		this.#cancel = undefined;
	}

	#tick(): void {
		this.#cancel = undefined;
		const now = this.#clock.now();
		for (const one of this.#waiting) if (!one.pump(now)) this.#waiting.delete(one);
		if (this.#waiting.size > 0) this.#cancel ??= this.#clock.after(PACE_TICK, () => this.#tick());
	}
}
