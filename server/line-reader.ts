const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export interface Line {
	/** Without its end. */
	readonly text: string;
	/** The line was longer than the bound; `text` is its beginning. */
	readonly cut: boolean;
}

/** Splits a stream of bytes into lines, and never keeps more of one than the bound. */
export class LineReader {
	readonly #longest: number;
	#parts: Uint8Array[] = [];
	#kept = 0;
	#cut = false;

	/** `longest`: bytes of a line, without its end. */
	constructor(longest: number) {
		this.#longest = longest;
	}

	/** The lines that the next piece completes. */
	push(piece: Uint8Array): Line[] {
		const lines: Line[] = [];
		let start = 0;
		for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
			this.#keep(piece.subarray(start, end));
			lines.push(this.#line());
			start = end + 1;
		}
		this.#keep(piece.subarray(start));
		return lines;
	}

	/** What came after the last line's end, if anything did. */
	end(): Line[] {
		return this.#kept === 0 ? [] : [this.#line()];
	}

	#keep(part: Uint8Array): void {
		const room = this.#longest - this.#kept;
		if (part.length > room) this.#cut = true;
		const kept = part.subarray(0, room);
		if (kept.length === 0) return;
		this.#parts.push(kept);
		this.#kept += kept.length;
	}

	#line(): Line {
		const bytes = Buffer.concat(this.#parts);
		const cut = this.#cut;
		this.#parts = [];
		this.#kept = 0;
		this.#cut = false;
		const text = bytes.at(-1) === CARRIAGE_RETURN && !cut ? bytes.subarray(0, -1) : bytes;
		return { text: text.toString("utf8"), cut };
	}
}

/** The lines of a stream, one at a time. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, longest: number): AsyncGenerator<Line> {
	const reader = new LineReader(longest);
	for await (const piece of stream) yield* reader.push(piece);
	yield* reader.end();
}
