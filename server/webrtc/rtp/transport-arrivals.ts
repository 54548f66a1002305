import { nearestIndex } from "./packet-indexes.ts";

/** Most packets that one message tells of; older ones are left out, as the sender takes what is not told for lost. */
const MAX_PACKETS = 1000;
/** Units of arrival times and of the reference time, ms. */
const TICK = 0.25;
const REFERENCE = 64;

const HEADER = 20;
const TRANSPORT_FEEDBACK = 205;
const FORMAT = 15;

/** How a packet's arrival is told: not at all, in one byte, or in two. */
const NOT_RECEIVED = 0;
const SMALL = 1;
const LARGE = 2;

/**
 * When packets of a connection came, and the transport-wide feedback that tells their sender
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1).
 */
export class TransportArrivals {
	readonly #times = new Map<number, number>();
	#next: number | undefined;
	#highest: number | undefined;
	#messages = 0;

	/** A packet came. `time` in ms, of any clock that does not jump. */
	add(transportSequence: number, time: number): void {
		const near = this.#highest ?? transportSequence;
		const index = nearestIndex(transportSequence, near);
		if (this.#next !== undefined && index < this.#next) return;
		if (index - near > MAX_PACKETS) this.#restart(index);
		this.#next ??= index;
		this.#highest = Math.max(index, this.#highest ?? index);
		if (!this.#times.has(index)) this.#times.set(index, time);
		if (index - this.#next >= MAX_PACKETS) this.#forgetBefore(index - MAX_PACKETS + 1);
	}

	/** The message about all that came since the one before; absent when nothing did. */
	take(sender: number, media: number): Buffer | undefined {
		const first = Math.min(...this.#times.keys());
		const highest = this.#highest;
		if (highest === undefined || this.#times.size === 0) return undefined;
		const base = this.#next ?? first;
		const origin = Math.floor((this.#times.get(first) ?? 0) / REFERENCE);
		const symbols: number[] = [];
		const deltas: number[] = [];
		let last = origin * REFERENCE;
		let index = base;
		for (; index <= highest; index++) {
			const time = this.#times.get(index);
			const delta = time === undefined ? undefined : Math.round((time - last) / TICK);
			// Too far apart for one message: the rest goes into the next.
			if (delta !== undefined && (delta < -0x8000 || delta > 0x7fff)) break;
			if (delta === undefined) symbols.push(NOT_RECEIVED);
			else {
				symbols.push(delta >= 0 && delta <= 0xff ? SMALL : LARGE);
				deltas.push(delta);
				last += delta * TICK;
			}
			this.#times.delete(index);
		}
		this.#next = index;
		if (symbols.length === 0) return undefined;
		return this.#write({ sender, media, base, origin, symbols, deltas });
	}

	#restart(index: number): void {
		this.#times.clear();
		this.#next = index;
		this.#highest = index;
	}

	#forgetBefore(index: number): void {
		for (const old of this.#times.keys()) if (old < index) this.#times.delete(old);
		this.#next = index;
	}

	#write(message: {
		sender: number;
		media: number;
		base: number;
		origin: number;
		symbols: readonly number[];
		deltas: readonly number[];
	}): Buffer {
		const { symbols, deltas } = message;
		const chunks = chunksOf(symbols);
		const bytes = deltas.reduce((sum, delta) => sum + (delta >= 0 && delta <= 0xff ? 1 : 2), 0);
		const used = HEADER + chunks.length * 2 + bytes;
		const packet = Buffer.alloc(Math.ceil(used / 4) * 4);
		const padding = packet.length - used;
		packet[0] = 0x80 | (padding > 0 ? 0x20 : 0) | FORMAT;
		packet[1] = TRANSPORT_FEEDBACK;
		packet.writeUInt16BE(packet.length / 4 - 1, 2);
		packet.writeUInt32BE(message.sender, 4);
		packet.writeUInt32BE(message.media, 8);
		packet.writeUInt16BE(message.base & 0xffff, 12);
		packet.writeUInt16BE(symbols.length, 14);
		packet.writeUIntBE(message.origin % 0x100_0000, 16, 3);
		packet[19] = this.#messages++ & 0xff;
		let at = HEADER;
		for (const chunk of chunks) at = packet.writeUInt16BE(chunk, at);
		for (const delta of deltas) {
			at = delta >= 0 && delta <= 0xff ? packet.writeUInt8(delta, at) : packet.writeInt16BE(delta, at);
		}
		if (padding > 0) packet[packet.length - 1] = padding;
		return packet;
	}
}

/** Run-length chunks for more than seven of a kind, else vectors of seven two-bit symbols. */
function chunksOf(symbols: readonly number[]): number[] {
	const chunks: number[] = [];
	for (let at = 0; at < symbols.length; ) {
		const symbol = symbols[at] ?? NOT_RECEIVED;
		let run = at;
		while (run < symbols.length && symbols[run] === symbol && run - at < 0x1fff) run++;
		if (run - at > 7 || run === symbols.length) {
			chunks.push((symbol << 13) | (run - at));
			at = run;
			continue;
		}
		let vector = 0xc000;
		for (let i = 0; i < 7; i++) vector |= (symbols[at + i] ?? NOT_RECEIVED) << (12 - 2 * i);
		chunks.push(vector);
		at += 7;
	}
	return chunks;
}
