import type { Clock } from "../../../server/devices/clock.ts";

/** UDP and IPv4 headers, bytes. */
const OVERHEAD = 28;

/** What a link does to packets. All may be changed while it runs. */
export interface LinkTerms {
	/** Bits per second. */
	bandwidth: number;
	/** Room for packets that wait, bytes; what comes beyond is dropped. */
	queue: number;
	/** Bytes that pass at once after a pause (a bucket of tokens). */
	burst: number;
	/** Way, milliseconds. */
	delay: number;
	/** Fraction lost at random. */
	loss: number;
	/** Fraction that takes up to 15 ms longer, and so comes out of order. */
	reordered: number;
	/** Fraction that comes twice. */
	duplicated: number;
}

export const GOOD_LINK: LinkTerms = {
	bandwidth: 1e9,
	queue: 1e6,
	burst: 0,
	delay: 10,
	loss: 0,
	reordered: 0,
	duplicated: 0,
};

/** One direction of a path: a bottleneck with a queue, then a way of some length. */
export class SimulatedLink {
	readonly terms: LinkTerms;
	/** While true all packets are lost. */
	isDown = false;
	readonly #clock: Clock;
	readonly #random: () => number;
	readonly #arrive: (packet: Buffer) => void;
	#freeAt = 0;

	constructor(
		clock: Clock,
		random: () => number,
		terms: Partial<LinkTerms>,
		arrive: (packet: Buffer) => void,
	) {
		this.#clock = clock;
		this.#random = random;
		this.terms = { ...GOOD_LINK, ...terms };
		this.#arrive = arrive;
	}

	/** Holds all packets back until a time; they then come one after the other. */
	holdUntil(time: number): void {
		this.#freeAt = Math.max(this.#freeAt, time);
	}

	/** Delay that the queue adds now, milliseconds. */
	get queued(): number {
		return Math.max(0, this.#freeAt - this.#clock.now());
	}

	send(packet: Buffer): void {
		const { bandwidth, queue, burst, delay, loss, reordered, duplicated } = this.terms;
		const now = this.#clock.now();
		if (((this.#freeAt - now) * bandwidth) / 8000 > queue || this.isDown) return;
		this.#freeAt =
			Math.max(this.#freeAt, now - (burst * 8000) / bandwidth) +
			((packet.length + OVERHEAD) * 8000) / bandwidth;
		if (this.#random() < loss) return;
		const late = this.#random() < reordered ? this.#random() * 15 : 0;
		const copy = Buffer.from(packet);
		for (let i = this.#random() < duplicated ? 2 : 1; i > 0; i--) {
			this.#clock.after(Math.max(0, this.#freeAt - now) + delay + late, () => this.#arrive(copy));
		}
	}
}
