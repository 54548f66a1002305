import type { Reason } from "../protocol/messages.ts";
import type { WallClock, WallTime } from "../protocol/time.ts";

/** How many are remembered; the one barred first is forgotten. */
const MAX_BARRED = 1_000;

/** Who may not come in, and why: viewers by their id, persons by what their browser keeps. */
export class Barred {
	readonly #wall: WallClock;
	readonly #entries = new Map<string, { reason: Reason; until: WallTime | undefined }>();

	constructor(wall: WallClock) {
		this.#wall = wall;
	}

	/** @param until for good when undefined. */
	add(who: string, reason: Reason, until: WallTime | undefined): void {
		this.#entries.delete(who);
		this.#entries.set(who, { reason, until });
		const [oldest] = this.#entries.keys();
		if (this.#entries.size > MAX_BARRED && oldest !== undefined) this.#entries.delete(oldest);
	}

	/** Why somebody is barred; undefined for who is not, or not any more. */
	reasonFor(who: string): Reason | undefined {
		const { reason, until } = this.#entries.get(who) ?? {};
		return until === undefined || until > this.#wall() ? reason : undefined;
	}
}
