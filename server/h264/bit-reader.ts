/**
 * Reads the bits of a NAL unit, leaving out emulation prevention bytes (H.264, 7.4.1). Past the end it gives zeros and
 * sets `exhausted`, so that a parser may run to its end and ask once.
 */
export class BitReader {
	readonly #data: Uint8Array;
	#byte: number;
	#bit = 0;
	#zeros = 0;
	#exhausted = false;

	/** `skip`: bits to leave out at the start, a multiple of eight. */
	constructor(data: Uint8Array, skip: number) {
		this.#data = data;
		this.#byte = skip >> 3;
	}

	/** More was read than there is, or a number was longer than 32 bits. */
	get exhausted(): boolean {
		return this.#exhausted;
	}

	/** An unsigned number of `count` bits, at most 32. */
	fixed(count: number): number {
		let value = 0;
		for (let i = 0; i < count; i++) value = value * 2 + this.#next();
		return value;
	}

	flag(): boolean {
		return this.#next() === 1;
	}

	/** `ue(v)` (H.264, 9.1). */
	unsigned(): number {
		let zeros = 0;
		while (this.#next() === 0) {
			if (this.#exhausted || ++zeros > 31) {
				this.#exhausted = true;
				return 0;
			}
		}
		return 2 ** zeros - 1 + this.fixed(zeros);
	}

	/** `se(v)` (H.264, 9.1.1). */
	signed(): number {
		const code = this.unsigned();
		return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
	}

	#next(): number {
		const byte = this.#data[this.#byte];
		if (byte === undefined) {
			this.#exhausted = true;
			return 0;
		}
		const value = (byte >> (7 - this.#bit)) & 1;
		if (++this.#bit === 8) this.#advance(byte);
		return value;
	}

	#advance(byte: number): void {
		this.#bit = 0;
		this.#byte++;
		this.#zeros = byte === 0 ? this.#zeros + 1 : 0;
		if (this.#zeros >= 2 && this.#data[this.#byte] === 3) {
			this.#byte++;
			this.#zeros = 0;
		}
	}
}
