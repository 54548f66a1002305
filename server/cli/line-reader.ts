const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Cuts a stream of bytes into lines; of one that is longer than the bound only that is told. */
export class LineReader {
	readonly #longest: number;
	#parts: Uint8Array[] = [];
	#length = 0;

	/** `longest`: bytes of a line, without its end. */
	constructor(longest: number) {
		this.#longest = longest;
	}

	/** The lines that the next piece completes; undefined stands for one that is too long. */
	push(piece: Uint8Array): (string | undefined)[] {
		const lines: (string | undefined)[] = [];
		let start = 0;
		for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
			this.#keep(piece.subarray(start, end));
			lines.push(this.#line());
			start = end + 1;
		}
		this.#keep(piece.subarray(start));
		return lines;
	}

	/** What stands after the last line's end; nothing when that is nothing. */
	end(): (string | undefined)[] {
		return this.#length === 0 ? [] : [this.#line()];
	}

	#keep(part: Uint8Array): void {
		this.#length += part.length;
		if (this.#length > this.#longest) this.#parts = [];
		else if (part.length > 0) this.#parts.push(part);
	}

	#line(): string | undefined {
		const length = this.#length;
		const bytes = Buffer.concat(this.#parts);
		this.#parts = [];
		this.#length = 0;
		if (length > this.#longest) return undefined;
		return (bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes).toString("utf8");
	}
}

/** The lines of a stream, one at a time. */
export async function* linesOf(
	stream: AsyncIterable<Uint8Array>,
	longest: number,
): AsyncGenerator<string | undefined> {
	const reader = new LineReader(longest);
	for await (const piece of stream) yield* reader.push(piece);
	yield* reader.end();
}
