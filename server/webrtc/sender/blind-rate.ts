import type { SenderStats } from "./sender-pool.ts";

/** Receiver reports come about once a second; so do decisions, milliseconds. */
const INTERVAL = 1000;

/** A round trip above the least by this much is a queue, milliseconds. */
const HIGH = 60;

/** Loss above which to send less, and below which to send more. */
const MUCH = 0.1;
const LITTLE = 0.05;

/** The least round trip rises by this share of the difference in each decision, should the path have become longer. */
const FORGETTING = 0.02;

/**
 * The rate for a receiver that gives no transport-wide feedback, from its reports: loss, the round trip above its least,
 * and the limit (REMB) that it may state. Slow and coarse: one decision a second.
 */
export class BlindRate {
	/** Milliseconds. */
	queueDelay = 0;
	#leastTrip: number | undefined;
	#decidedAt = Number.NEGATIVE_INFINITY;
	#decisions = 0;

	get isMeasured(): boolean {
		return this.#decisions > 2;
	}

	/** The estimate after `stats`; all rates in bits per second. */
	poll(stats: SenderStats, estimate: number, wanted: number, now: number): number {
		const { receiverLimit, roundTrip, lost } = stats;
		const known = receiverLimit !== undefined || roundTrip !== undefined || lost !== undefined;
		if (!known || now - this.#decidedAt < INTERVAL) return estimate;
		this.#decidedAt = now;
		this.#decisions++;
		if (roundTrip !== undefined) {
			const least = Math.min(this.#leastTrip ?? roundTrip, roundTrip);
			this.#leastTrip = least + (roundTrip - least) * FORGETTING;
			this.queueDelay = Math.max(0, roundTrip - least);
		}
		let rate = estimate;
		if ((lost ?? 0) > MUCH) rate *= 1 - (lost ?? 0) / 2;
		if (this.queueDelay > HIGH) rate *= this.queueDelay > 3 * HIGH ? 0.6 : 0.8;
		else if ((lost ?? 0) < LITTLE && rate < wanted) rate *= 1.05;
		return Math.min(rate, receiverLimit ?? rate);
	}
}
