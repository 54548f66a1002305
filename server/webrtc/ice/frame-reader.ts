/** Longest frame taken: viewers send checks, DTLS records and feedback, each within one packet of a network. */
export const MAX_FRAME = 4096;

/** Cuts a TCP stream into the packets that RFC 4571 frames with a 16-bit length. */
export class FrameReader {
	readonly #memory = Buffer.alloc(2 + MAX_FRAME);
	#filled = 0;

	/** Calls back with each whole frame. Answers false when a frame is too long: the stream is of no more use. */
	read(chunk: Buffer, frame: (packet: Buffer) => void): boolean {
		let rest = chunk;
		while (rest.length > 0) {
			const wanted = this.#filled < 2 ? 2 : 2 + this.#memory.readUInt16BE(0);
			if (wanted > this.#memory.length) return false;
			const taken = rest.copy(this.#memory, this.#filled, 0, wanted - this.#filled);
			this.#filled += taken;
			rest = rest.subarray(taken);
			if (this.#filled >= 2 && this.#filled === 2 + this.#memory.readUInt16BE(0)) {
				this.#filled = 0;
				const length = this.#memory.readUInt16BE(0);
				if (length > 0) frame(Buffer.from(this.#memory.subarray(2, 2 + length)));
			}
		}
		return true;
	}
}

/** A packet with its length in front, in new memory. */
export function frameOf(packet: Buffer, length: number): Buffer {
	const frame = Buffer.allocUnsafe(2 + length);
	frame.writeUInt16BE(length, 0);
	packet.copy(frame, 2, 0, length);
	return frame;
}
