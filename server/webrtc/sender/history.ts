import type { MediaPacket } from "./packetize.ts";

/** Packets kept for retransmission: 4.5 s at 4 Mbit/s. A power of two that divides 2^16. */
export const HISTORY_SIZE = 2048;

/** Most packets sent again in so many milliseconds: 25 Mbit/s, enough for a second's blackout and no amplifier. */
export const MAX_RESENT = 512;
export const RESENT_PERIOD = 200;

/**
 * The packets last sent to one viewer, by sequence number; the oldest are dropped. Payloads are shared with all
 * viewers, only the numbers are the viewer's own.
 */
export class SentHistory {
	readonly #packets: (MediaPacket | undefined)[] = new Array(HISTORY_SIZE).fill(undefined);
	readonly #sequences = new Uint16Array(HISTORY_SIZE);
	readonly #timestamps = new Uint32Array(HISTORY_SIZE);
	readonly #resentAt = new Float64Array(HISTORY_SIZE);
	#periodStart = Number.NEGATIVE_INFINITY;
	#resentInPeriod = 0;

	/** `timestamp`: the RTP timestamp it was sent with. */
	add(sequence: number, packet: MediaPacket, timestamp: number): void {
		const slot = sequence % HISTORY_SIZE;
		this.#timestamps[slot] = timestamp;
		this.#packets[slot] = packet;
		this.#sequences[slot] = sequence;
		this.#resentAt[slot] = Number.NEGATIVE_INFINITY;
	}

	/** The packet sent with this number; absent when it was dropped since, or never sent. */
	get(sequence: number): MediaPacket | undefined {
		const slot = sequence % HISTORY_SIZE;
		return this.#sequences[slot] === sequence ? this.#packets[slot] : undefined;
	}

	/** The RTP timestamp of a packet that `get` knows. */
	timestamp(sequence: number): number {
		return this.#timestamps[sequence % HISTORY_SIZE] ?? 0;
	}

	/**
	 * Whether a kept packet may be sent again now, which it then counts as: each once in `interval` milliseconds, and not
	 * too many together.
	 */
	mayResend(sequence: number, now: number, interval: number): boolean {
		if (now - this.#periodStart >= RESENT_PERIOD) {
			this.#periodStart = now;
			this.#resentInPeriod = 0;
		}
		const slot = sequence % HISTORY_SIZE;
		if (this.#resentInPeriod >= MAX_RESENT || now - (this.#resentAt[slot] ?? 0) < interval) return false;
		this.#resentInPeriod++;
		this.#resentAt[slot] = now;
		return true;
	}
}
