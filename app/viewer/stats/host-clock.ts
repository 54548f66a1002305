import type { SendInput } from "../input/input-sender.ts";

/** Result of one ping: by how much the host's clock is ahead of the page's, and the round trip, ms. */
interface Measure {
	readonly offset: number;
	readonly roundTrip: number;
}

/** Pings taken into account; at one every 2 s they cover a minute, in which quartz clocks drift about 1 ms. */
const WINDOW = 30;

/**
 * Offset between the host's clock and the page's, from ping and pong. The ping with the shortest round trip counts:
 * however asymmetric its two directions were, its offset is wrong by at most half the round trip (as in NTP, RFC 5905
 * section 10).
 */
export class HostClock {
	#measures: Measure[] = [];

	/**
	 * @param sent When the ping was sent, page's clock, ms.
	 * @param received When the pong came, same clock.
	 * @param hostTime Host's clock in between, ms since the Unix epoch.
	 */
	pong(sent: number, received: number, hostTime: number): void {
		const roundTrip = received - sent;
		if (!(roundTrip >= 0)) return;
		this.#measures.push({ offset: hostTime - (sent + received) / 2, roundTrip });
		if (this.#measures.length > WINDOW) this.#measures.shift();
	}

	/** Converts host time to the page's clock; undefined until the first pong. */
	toPage(hostTime: number): number | undefined {
		const best = this.#best();
		return best && hostTime - best.offset;
	}

	/** Error bound of `toPage`, ± ms. */
	get error(): number | undefined {
		const best = this.#best();
		return best && best.roundTrip / 2;
	}

	/** Shortest recent round trip, ms. */
	get roundTrip(): number | undefined {
		return this.#best()?.roundTrip;
	}

	reset(): void {
		this.#measures = [];
	}

	#best(): Measure | undefined {
		let best: Measure | undefined;
		for (const measure of this.#measures) if (!best || measure.roundTrip < best.roundTrip) best = measure;
		return best;
	}
}

/** Times of the first pings, ms after the channel opened; close together, so that the clocks are compared soon. */
const FIRST = [0, 60, 150, 300, 600];
const EVERY = 2000;

/** Pings the host on the data channel while it is open. Returns a function that stops it. */
export function startPinging(send: SendInput): () => void {
	const ping = () => send({ type: "ping", time: performance.now() });
	const timers = FIRST.map((ms) => setTimeout(ping, ms));
	const regular = setInterval(ping, EVERY);
	return () => {
		timers.forEach(clearTimeout);
		clearInterval(regular);
	};
}
