import type { Rendition } from "../../devices/provider.ts";

/** Share of the main rate that a viewer on it must be able to take, and below which it leaves at once. */
const KEEP = 0.9;
const HOPELESS = 0.5;
/** It may be below for so long, milliseconds. */
const PATIENCE = 1000;

/** Share of the main rate that a viewer must be able to take to come back, and for how long at first (ms). */
const RETURN = 1.25;
const RETURN_AFTER = 1500;

/** Who fell back so soon after a return must wait twice as long for the next; at most so long, milliseconds. */
const RELAPSE = 15_000;
const LONGEST_RETURN = 24_000;

/** A viewer that can take so many times the main rate need not wait longer than at first. */
const PLENTY = 3;

/** Which rendition one viewer gets, so that nobody flaps. */
export class RenditionChoice {
	#rendition: Rendition = "main";
	/** Since when it has been fit for the other rendition. */
	#since: number | undefined;
	#returnedAt = Number.NEGATIVE_INFINITY;
	#returnAfter = RETURN_AFTER;

	get rendition(): Rendition {
		return this.#rendition;
	}

	/** Decides at `now` (ms) for a viewer that can take `share` times the main rate. */
	decide(share: number, now: number): void {
		if (this.#rendition === "main") this.#perhapsLeave(share, now);
		else this.#perhapsReturn(share, now);
	}

	/** There is nothing else, or nothing known. */
	stayOnMain(now: number): void {
		if (this.#rendition === "small") this.#returnedAt = now;
		this.#rendition = "main";
		this.#since = undefined;
	}

	#perhapsLeave(share: number, now: number): void {
		if (share >= KEEP) {
			this.#since = undefined;
			return;
		}
		this.#since ??= now;
		if (share >= HOPELESS && now - this.#since < PATIENCE) return;
		this.#rendition = "small";
		this.#since = undefined;
		const relapsed = now - this.#returnedAt < RELAPSE;
		this.#returnAfter = relapsed ? Math.min(2 * this.#returnAfter, LONGEST_RETURN) : RETURN_AFTER;
	}

	#perhapsReturn(share: number, now: number): void {
		if (share < RETURN) {
			this.#since = undefined;
			return;
		}
		this.#since ??= now;
		const wait = share >= PLENTY ? RETURN_AFTER : this.#returnAfter;
		if (now - this.#since < wait) return;
		this.#rendition = "main";
		this.#since = undefined;
		this.#returnedAt = now;
	}
}
