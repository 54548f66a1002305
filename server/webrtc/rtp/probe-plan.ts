import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
/** A burst of packets to learn what a path carries: bits per second, bytes. */
export interface ProbeOrder {
	readonly rate: number;
	readonly bytes: number;
}

/** A probe asks for so much more than is known. */
const STEP = 2;
/** How long a probe lasts, and its least bytes: four packets. */
const LENGTH = 20;
const MIN_BYTES = 4800;
const MAX_BYTES = 48_000;

/** Times between probes that fail, milliseconds; the longest where probes promised what the path did not hold. */
const INTERVAL = 2000;
const LONGEST_INTERVAL = 16_000;

/** A result that is not there by then does not come, milliseconds. */
const PATIENCE = 1000;

/** A fall so soon after a probe's success shows that the probe deceived, milliseconds. */
const DECEIVED = 3000;

/** A probe's packets that arrive at this share of its rate were carried. */
const CARRIED = 0.85;

/**
 * When to probe, and what a result means. Probes double; the next one follows a success at once. Paths with a bucket of
 * tokens let short bursts through that they do not hold: probes in a row become longer, and each deception doubles the
 * time to the next one.
 */
export class ProbePlan {
	#running: { rate: number; at: number } | undefined;
	#nextAt = Number.NEGATIVE_INFINITY;
	#interval = INTERVAL;
	#inRow = 0;
	#succeededAt = Number.NEGATIVE_INFINITY;

	/** Probes that were carried one after the other. */
	get inRow(): number {
		return this.#inRow;
	}

	/** The probe to send now, if any, to get from `estimate` to `goal` (bits per second); it then counts as sent. */
	order(estimate: number, goal: number, now: MonotonicTime): ProbeOrder | undefined {
		const expired = (this.#running?.at ?? now) + PATIENCE;
		if (now > expired) this.failed(expired);
		if (this.#running !== undefined || now < this.#nextAt || estimate >= goal) return undefined;
		const rate = Math.min(STEP * estimate, Math.max(1.2 * goal, 1.3 * estimate));
		this.#running = { rate, at: now };
		const bytes = Math.min((rate / 8000) * LENGTH * (this.#inRow > 0 ? 2 : 1), MAX_BYTES);
		return { rate: Math.round(rate), bytes: Math.round(Math.max(MIN_BYTES, bytes)) };
	}

	/** The rate at which a probe's packets arrived; answers whether it was carried. */
	arrived(rate: number, now: MonotonicTime): boolean {
		const probe = this.#running;
		if (probe === undefined) return false;
		if (rate < CARRIED * probe.rate) {
			this.failed(now);
			return false;
		}
		this.#running = undefined;
		this.#inRow++;
		this.#nextAt = now;
		if (now - this.#succeededAt > LONGEST_INTERVAL) this.#interval = INTERVAL;
		this.#succeededAt = now;
		return true;
	}

	/** The estimate had to fall. */
	fell(now: MonotonicTime): void {
		this.#running = undefined;
		this.#inRow = 0;
		if (now - this.#succeededAt < DECEIVED) this.#interval = Math.min(2 * this.#interval, LONGEST_INTERVAL);
		this.#nextAt = now + this.#interval;
	}

	/** The probe was not carried. */
	failed(now: MonotonicTime): void {
		this.#running = undefined;
		this.#inRow = 0;
		this.#nextAt = now + this.#interval;
	}
}
