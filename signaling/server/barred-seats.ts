import type { Reason } from "../protocol/messages.ts";

/** Seats remembered; the one barred first is forgotten. */
const MAX_BARRED = 1_000;

/** Seats whose viewers were sent away by somebody: nobody comes back to them. */
export class BarredSeats {
	readonly #reasons = new Map<string, Reason>();

	add(viewerId: string, reason: Reason): void {
		this.#reasons.set(viewerId, reason);
		const [oldest] = this.#reasons.keys();
		if (this.#reasons.size > MAX_BARRED && oldest !== undefined) this.#reasons.delete(oldest);
	}

	/** Why a seat is barred; undefined when it is not. */
	reasonFor(viewerId: string): Reason | undefined {
		return this.#reasons.get(viewerId);
	}
}
