/** Longest probe, bytes, and its most packets: a probe tells of the path, it must not be a load on it. */
export const MAX_PROBE = 128 * 1024;
const MAX_PACKETS = 256;

/** A probe that is being sent: how much of it is due. */
export class ProbeRun {
	readonly #rate: number;
	readonly #bytes: number;
	readonly #start: number;
	#sent = 0;
	#packets = 0;

	/** `rate`: bits per second. */
	constructor(rate: number, bytes: number, start: number) {
		this.#rate = rate;
		this.#bytes = Math.min(bytes, MAX_PROBE);
		this.#start = start;
	}

	get isBegun(): boolean {
		return this.#packets > 0;
	}

	get isOver(): boolean {
		return this.#sent >= this.#bytes || this.#packets >= MAX_PACKETS;
	}

	/** Whether another packet is due. */
	isDue(now: number): boolean {
		return !this.isOver && this.#sent <= ((now - this.#start) * this.#rate) / 8000;
	}

	sent(bytes: number): void {
		this.#sent += bytes;
		this.#packets++;
	}
}
