/** Most packets that wait to be sent again; what is missed beyond is not taken, and missed again by the receiver. */
export const MAX_WAITING = 512;

/** Most numbers that a receiver may miss in a period (milliseconds); those beyond are not looked at. */
export const MAX_MISSED = 4096;
export const MISSED_PERIOD = 200;

/** Sequence numbers of packets that a viewer misses, in the order asked for. */
export class ResendQueue {
	readonly #waiting = new Uint16Array(MAX_WAITING);
	#first = 0;
	#length = 0;
	#periodStart = Number.NEGATIVE_INFINITY;
	#missed = 0;

	get isEmpty(): boolean {
		return this.#length === 0;
	}

	/** Whether one more missed number may be looked at now. */
	mayMiss(now: number): boolean {
		if (now - this.#periodStart >= MISSED_PERIOD) {
			this.#periodStart = now;
			this.#missed = 0;
		}
		return ++this.#missed <= MAX_MISSED;
	}

	/** Whether there was room. */
	add(sequence: number): boolean {
		if (this.#length === MAX_WAITING) return false;
		this.#waiting[(this.#first + this.#length) % MAX_WAITING] = sequence;
		this.#length++;
		return true;
	}

	take(): number | undefined {
		if (this.#length === 0) return undefined;
		const sequence = this.#waiting[this.#first];
		this.#first = (this.#first + 1) % MAX_WAITING;
		this.#length--;
		return sequence;
	}

	clear(): void {
		this.#length = 0;
	}
}
