import type { MonotonicTime } from "../../../signaling/protocol/time.ts";

/** Span that the rate is of, milliseconds. */
const SPAN = 500;

/** A queue on the path, and so a path in use without a pause, is known by this much delay, milliseconds. */
const BUSY = 8;

/** Shortest time in use that tells the capacity, the same for a deep queue, and the time after which older arrivals count half. */
const SHORTEST = 80;
const SHORTEST_DEEP = 40;
const DEEP = 80;
const LONGEST = 600;

/** Fewer bytes tell nothing: a few packets of a quiet screen may be late for many reasons. */
const ENOUGH = 2500;

/** A report so many times later than usual tells nothing of how full the path was meanwhile. */
const LATE = 2.5;

/** At what rate packets arrive, all in all and while the path is in use without a pause. */
export class ArrivalRate {
	#from: number;
	#bytes = 0;
	#busyFrom: number | undefined;
	#busyBytes = 0;
	#time: number;
	#usual = 60;
	#queueDelay = 0;
	/** Delay of the last packet of the report before. */
	#last = 0;

	constructor(now: MonotonicTime) {
		this.#from = now;
		this.#time = now;
	}

	/** Notes bytes that a report of `time` told of; `least`, `last`: queueing delays in it. */
	note(bytes: number, { least, last }: { least: number; last: number }, time: number): void {
		this.#noteBusy(bytes, least, time);
		this.#queueDelay = least;
		this.#last = last;
		this.#time = time;
		this.#bytes += bytes;
		const over = time - this.#from - SPAN;
		if (over > 0) {
			// What was before the span goes, as if it had come evenly.
			this.#bytes *= SPAN / (SPAN + over);
			this.#from += over;
		}
	}

	/** Bits per second over the last half second. */
	get rate(): number {
		return (this.#bytes * 8000) / Math.max(this.#time - this.#from, 50);
	}

	/** What the path carries, bits per second; absent while it is not full, or not for long enough. */
	get capacity(): number | undefined {
		const shortest = this.#queueDelay > DEEP ? SHORTEST_DEEP : SHORTEST;
		if (this.#busyFrom === undefined || this.#time - this.#busyFrom < shortest) return undefined;
		if (this.#busyBytes < ENOUGH) return undefined;
		return (this.#busyBytes * 8000) / (this.#time - this.#busyFrom);
	}

	#noteBusy(bytes: number, least: number, time: number): void {
		const since = time - this.#time;
		const isLate = since > LATE * this.#usual;
		this.#usual += (Math.min(since, 250) - this.#usual) / 10;
		if (isLate) this.#busyFrom = undefined;
		if (least < BUSY) {
			this.#busyFrom = undefined;
		} else if (this.#busyFrom === undefined && (isLate || this.#last < BUSY)) {
			// It began somewhere in this report, so its bytes do not count.
			this.#busyFrom = time;
			this.#busyBytes = 0;
		} else if (this.#busyFrom === undefined) {
			this.#busyFrom = this.#time;
			this.#busyBytes = bytes;
		} else {
			this.#busyBytes += bytes;
			const span = time - this.#busyFrom;
			if (span <= LONGEST) return;
			this.#busyBytes /= 2;
			this.#busyFrom += span / 2;
		}
	}
}
