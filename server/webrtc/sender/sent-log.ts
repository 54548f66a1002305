/** Packets remembered: 2 s at 20 Mbit/s. A power of two that divides 2^16. */
export const LOG_SIZE = 4096;

const PENDING = 0;
const LOST = 1;
const RECEIVED = 2;
/** No feedback about it will come; it was about later ones already. */
const PASSED = 3;

/** The packets last sent to one viewer by transport-wide sequence number: when, how long, what became of them. */
export class SentLog {
	readonly #times = new Float64Array(LOG_SIZE);
	readonly #sizes = new Uint16Array(LOG_SIZE);
	readonly #states = new Uint8Array(LOG_SIZE);
	#count = 0;
	/** Nothing before it is pending. */
	#settled = 0;
	#outstanding = 0;

	/** Packets sent; the next gets this number, modulo 2^16. */
	get count(): number {
		return this.#count;
	}

	/** Bytes of packets that nothing was heard of. */
	get outstanding(): number {
		return this.#outstanding;
	}

	add(size: number, time: number): void {
		if (this.#count - this.#settled >= LOG_SIZE) this.settleBefore(this.#count - LOG_SIZE + 1);
		const slot = this.#count % LOG_SIZE;
		this.#times[slot] = time;
		this.#sizes[slot] = size;
		this.#states[slot] = PENDING;
		this.#count++;
		this.#outstanding += size;
	}

	/** Which packet a sequence number means, counted from 0; absent when it is too old or was never sent. */
	find(sequence: number): number | undefined {
		const behind = (this.#count - 1 - sequence) & 0xffff;
		return behind < Math.min(LOG_SIZE, this.#count) ? this.#count - 1 - behind : undefined;
	}

	/** `index`: as `find` gave it. */
	time(index: number): number {
		return this.#times[index % LOG_SIZE] ?? 0;
	}

	size(index: number): number {
		return this.#sizes[index % LOG_SIZE] ?? 0;
	}

	/** Notes that a packet arrived; whether that is new. */
	received(index: number): boolean {
		return this.#settle(index, RECEIVED);
	}

	/** Notes that a packet did not arrive (yet); whether that is new. */
	lost(index: number): boolean {
		return this.#states[index % LOG_SIZE] === PENDING && this.#settle(index, LOST);
	}

	/** Gives up on what is still pending before a packet. */
	settleBefore(index: number): void {
		for (; this.#settled < index; this.#settled++) {
			if (this.#states[this.#settled % LOG_SIZE] === PENDING) this.#settle(this.#settled, PASSED);
		}
	}

	#settle(index: number, state: number): boolean {
		const slot = index % LOG_SIZE;
		const before = this.#states[slot];
		if (before === RECEIVED) return false;
		if (before === PENDING) this.#outstanding -= this.#sizes[slot] ?? 0;
		this.#states[slot] = state;
		return true;
	}
}
