import { type MonotonicTime, pageClock } from "../../../signaling/protocol/time.ts";
import type { SendInput } from "../input/input-sender.ts";

/** What one ping tells of the host's clock, ms. */
interface Measure {
	readonly at: MonotonicTime;
	readonly roundTrip: number;
	/** By how much the host's clock is ahead of the page's, at least and at most. */
	low: number;
	readonly high: number;
}

/** Pings taken into account; at one every 2 s they cover a minute. */
const WINDOW = 30;
/** Most by which two clocks part, ms in a ms: twice the 50 ppm of cheap quartz. */
const DRIFT = 1e-4;

/**
 * Offset between the host's clock and the page's. A ping tells that it lies between two values, however asymmetric the
 * ping's two directions were (as in NTP, RFC 5905 section 10); a frame tells that it was not received before it was
 * captured. What all of them allow counts, with the drift of clocks since then.
 */
export class HostClock {
	#measures: Measure[] = [];

	/**
	 * @param sent When the ping was sent, page's clock.
	 * @param received When the pong came, same clock.
	 * @param hostTime Host's clock in between.
	 */
	pong(sent: number, received: number, hostTime: number): void {
		const roundTrip = received - sent;
		if (!(roundTrip >= 0)) return;
		this.#measures.push({ at: received, roundTrip, low: hostTime - received, high: hostTime - sent });
		if (this.#measures.length > WINDOW) this.#measures.shift();
		// What the host's clock cannot have done (another host?) is forgotten.
		if (!this.#bounds()) this.#measures = this.#measures.slice(-1);
	}

	/** A frame captured at a host's time was received at a page's time: it cannot have been the other way round. */
	received(hostTime: number, pageTime: number): void {
		const last = this.#measures.at(-1);
		if (!last) return;
		const before = last.low;
		last.low = Math.max(before, hostTime - pageTime);
		if (!this.#bounds()) last.low = before;
	}

	/** Pings that were answered and count. */
	get pings(): number {
		return this.#measures.length;
	}

	/** Converts host time to the page's clock; undefined until the first pong. */
	toPage(hostTime: number): number | undefined {
		const bounds = this.#bounds();
		return bounds && hostTime - (bounds.low + bounds.high) / 2;
	}

	/** Error bound of `toPage`, ± ms. */
	get error(): number | undefined {
		const bounds = this.#bounds();
		return bounds && (bounds.high - bounds.low) / 2;
	}

	/** Shortest recent round trip, ms. */
	get roundTrip(): number | undefined {
		const [first, ...others] = this.#measures.map(({ roundTrip }) => roundTrip);
		return first === undefined ? undefined : Math.min(first, ...others);
	}

	reset(): void {
		this.#measures = [];
	}

	/** Undefined without a ping, and where the measures contradict each other. */
	#bounds(): { low: number; high: number } | undefined {
		const now = this.#measures.at(-1)?.at;
		if (now === undefined) return undefined;
		const bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
		for (const { at, low, high } of this.#measures) {
			const drift = (now - at) * DRIFT;
			bounds.low = Math.max(bounds.low, low - drift);
			bounds.high = Math.min(bounds.high, high + drift);
		}
		return bounds.low <= bounds.high ? bounds : undefined;
	}
}

/** Times of the first pings, ms after the channel opened; close together, so that the clocks are compared soon. */
const FIRST = [0, 60, 150, 300, 600];
const EVERY = 2000;

/** Pings the host on the data channel while it is open. Returns a function that stops it. */
export function startPinging(send: SendInput): () => void {
	const ping = () => send({ type: "ping", time: pageClock.now() });
	const timers = FIRST.map((ms) => setTimeout(ping, ms));
	const regular = setInterval(ping, EVERY);
	return () => {
		timers.forEach(clearTimeout);
		clearInterval(regular);
	};
}
