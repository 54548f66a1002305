/** Writes the bits of a NAL unit and puts emulation prevention bytes in (H.264, 7.4.1). */
export class BitWriter {
	readonly #bytes: number[] = [];
	#byte = 0;
	#bits = 0;

	/** An unsigned number of `count` bits, at most 32. */
	fixed(value: number, count: number): void {
		for (let bit = count - 1; bit >= 0; bit--) {
			this.#byte = (this.#byte << 1) | (Math.floor(value / 2 ** bit) & 1);
			if (++this.#bits < 8) continue;
			this.#bytes.push(this.#byte);
			this.#byte = 0;
			this.#bits = 0;
		}
	}

	flag(value: boolean): void {
		this.fixed(value ? 1 : 0, 1);
	}

	/** `ue(v)` (H.264, 9.1). */
	unsigned(value: number): void {
		const length = Math.floor(Math.log2(value + 1));
		this.fixed(0, length);
		this.fixed(value + 1, length + 1);
	}

	/** Ends the NAL unit (`rbsp_trailing_bits`); gives its bytes, ready for the stream. */
	finish(): Uint8Array {
		this.fixed(1, 1);
		if (this.#bits > 0) this.fixed(0, 8 - this.#bits);
		const escaped: number[] = [];
		let zeros = 0;
		for (const byte of this.#bytes) {
			if (zeros >= 2 && byte <= 3) {
				escaped.push(3);
				zeros = 0;
			}
			escaped.push(byte);
			zeros = byte === 0 ? zeros + 1 : 0;
		}
		return Uint8Array.from(escaped);
	}
}
