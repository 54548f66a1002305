/** Packets of one stream that may be late; older ones are dropped. */
const WINDOW = 1024;
const MODULUS = 0x10000;

/**
 * Finds the packet index (sequence number with its rollovers) of what comes in on one stream, and knows which ones were
 * there already (RFC 3711, 3.3.1 and 3.3.2).
 */
export class PacketIndexes {
	readonly #seen = new Uint8Array(WINDOW);
	#highest: number | undefined;

	/** The likeliest index of a sequence number; at least 0. */
	guess(sequence: number): number {
		return this.#highest === undefined ? sequence : nearestIndex(sequence, this.#highest);
	}

	/** Whether an authentic packet is new; it then counts as seen. */
	accept(index: number): boolean {
		const highest = this.#highest;
		if (highest === undefined || index > highest) {
			const from = highest === undefined ? index : Math.max(highest + 1, index - WINDOW + 1);
			for (let at = from; at < index; at++) this.#seen[at % WINDOW] = 0;
			this.#seen[index % WINDOW] = 1;
			this.#highest = index;
			return true;
		}
		// Nothing is known of what came before the first packet.
		if (highest - index >= WINDOW || this.#seen[index % WINDOW] === 1) return false;
		this.#seen[index % WINDOW] = 1;
		return true;
	}
}

/** The index with this sequence number that is nearest to another index. */
export function nearestIndex(sequence: number, near: number): number {
	const base = near - (near % MODULUS) + sequence;
	const candidates = [base - MODULUS, base, base + MODULUS].filter((index) => index >= 0);
	return candidates.reduce((best, index) => (Math.abs(index - near) < Math.abs(best - near) ? index : best));
}
