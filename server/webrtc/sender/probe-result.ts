/** Less of a probe's packets than this and it tells nothing. */
const ENOUGH = 0.8;

/** Arriving at this share of the rate of sending is being carried; else the result is at most so much of the probe's rate. */
const CARRIED = 0.85;
const NOT_CARRIED = 0.8;

/** Shortest spans that rates are told of, milliseconds: arrivals are known to 0.25 ms only. */
const SHORTEST = 2;

/** Watches the packets sent from the first to the last of a probe, others among them, and finds at what rate they came. */
export class ProbeResult {
	readonly #rate: number;
	readonly #first: number;
	#last = Number.POSITIVE_INFINITY;
	#sentFrom = 0;
	#sentTo = 0;
	#packets = 0;
	#bytes = 0;
	#arrived = 0;
	#arrivedBytes = 0;
	#firstSize = 0;
	#from = Number.POSITIVE_INFINITY;
	#to = Number.NEGATIVE_INFINITY;

	/** `rate`: the probe's, bits per second; `first`: number of its first packet. */
	constructor(rate: number, first: number) {
		this.#rate = rate;
		this.#first = first;
	}

	/** Notes a packet; those after the probe do not count. */
	sent(size: number, time: number): void {
		if (this.#last !== Number.POSITIVE_INFINITY) return;
		if (this.#packets === 0) this.#sentFrom = time;
		this.#sentTo = time;
		this.#packets++;
		this.#bytes += size;
	}

	/** The probe is out; `last` is the number of its last packet. */
	finish(last: number): void {
		this.#last = last;
	}

	/** Notes a packet that arrived; `arrival` by the receiver's clock. */
	received(index: number, size: number, arrival: number): void {
		if (index < this.#first || index > this.#last) return;
		this.#arrived++;
		this.#arrivedBytes += size;
		if (arrival < this.#from) {
			this.#from = arrival;
			this.#firstSize = size;
		}
		if (arrival > this.#to) this.#to = arrival;
	}

	/** Whether feedback has come for all of it when `highest` was told of. */
	isOver(highest: number): boolean {
		return highest >= this.#last;
	}

	/**
	 * Bits per second; absent when too much is missing. At least the probe's rate when all that was sent meanwhile came
	 * nearly as fast as it was sent; else what arrived, and well below the probe's rate.
	 */
	get arrivalRate(): number | undefined {
		if (this.#packets < 2 || this.#arrived < Math.max(2, ENOUGH * this.#packets)) return undefined;
		const sent = rate(this.#bytes - this.#bytes / this.#packets, this.#sentTo - this.#sentFrom);
		const arrived = rate(this.#arrivedBytes - this.#firstSize, this.#to - this.#from);
		if (arrived < CARRIED * sent) return Math.min(arrived, NOT_CARRIED * this.#rate);
		return Math.min(Math.max(Math.min(arrived, sent), this.#rate), 2 * this.#rate);
	}
}

function rate(bytes: number, span: number): number {
	return (bytes * 8000) / Math.max(span, SHORTEST);
}
