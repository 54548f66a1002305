/** Longest line that is read, characters; what is longer is cut. */
export const MAX_LINE = 64 * 1024;

/** Cuts a program's output, in whatever pieces it comes, into lines. Keeps at most one unfinished line. */
export class LineReader {
	readonly #decoder = new TextDecoder();
	#rest = "";

	/** Takes the next piece and gives the lines that it completes, without their ends. */
	push(piece: Uint8Array): string[] {
		const lines = (this.#rest + this.#decoder.decode(piece, { stream: true })).split("\n");
		this.#rest = (lines.pop() ?? "").slice(0, MAX_LINE);
		return lines.map((line) => line.replace(/\r$/, "").slice(0, MAX_LINE));
	}
}
