/** Most characters kept; what is typed beyond them is dropped. */
export const MOST_CHARACTERS = 500;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** One line of text with a caret, edited by whole characters as people see them (grapheme clusters). */
export class EditableText {
	#characters: string[] = [];
	#caret = 0;

	get text(): string {
		return this.#characters.join("");
	}

	get characters(): readonly string[] {
		return this.#characters;
	}

	/** Characters before the caret. */
	get caret(): number {
		return this.#caret;
	}

	/** Types text at the caret. Line breaks and tabs become spaces; other control characters are dropped. */
	insert(text: string): void {
		const typed = text.replace(/\r\n|[\r\n\t\u2028\u2029]/g, " ").replace(/\p{Cc}/gu, "");
		// A combining mark joins the character before it, so the whole line is cut again.
		const before = split(this.#characters.slice(0, this.#caret).join("") + typed);
		const after = this.#characters.slice(this.#caret);
		const room = Math.max(0, MOST_CHARACTERS - after.length);
		this.#characters = split([...before.slice(0, room), ...after].join(""));
		this.#caret = Math.min(before.length, room, this.#characters.length);
	}

	/** Removes the character before the caret. */
	backspace(): void {
		if (this.#caret === 0) return;
		this.#caret--;
		this.#characters.splice(this.#caret, 1);
	}

	/** Removes the character after the caret. */
	remove(): void {
		this.#characters.splice(this.#caret, 1);
	}

	/** Moves the caret by characters; it stays within the text. */
	move(by: number): void {
		this.placeCaret(this.#caret + by);
	}

	placeCaret(before: number): void {
		this.#caret = Math.min(this.#characters.length, Math.max(0, before));
	}

	clear(): void {
		this.#characters = [];
		this.#caret = 0;
	}
}

/** The part of a line that fits its field. */
export interface VisibleText {
	/** Starts with an ellipsis where the beginning does not fit. */
	readonly text: string;
	/** How much of `text` stands before the caret. */
	readonly beforeCaret: string;
	/** First character of the line that is shown. */
	readonly from: number;
}

const ELLIPSIS = "…";

/**
 * What to show of a line in a field of `width`; `measure` gives the width of a text in the same unit. The caret is
 * always to be seen, and as much as fits of what is before it.
 */
export function visibleText(
	line: { readonly characters: readonly string[]; readonly caret: number },
	width: number,
	measure: (text: string) => number,
): VisibleText {
	const { characters, caret } = line;
	const whole = characters.join("");
	if (measure(whole) <= width)
		return { text: whole, beforeCaret: characters.slice(0, caret).join(""), from: 0 };
	const head = (from: number) => (from === 0 ? "" : ELLIPSIS) + characters.slice(from, caret).join("");
	const from = lowest(0, caret, (start) => measure(head(start)) <= width);
	const beforeCaret = head(from);
	const hidden = lowest(0, characters.length - caret, (cut) => {
		return measure(beforeCaret + characters.slice(caret, characters.length - cut).join("")) <= width;
	});
	return {
		text: beforeCaret + characters.slice(caret, characters.length - hidden).join(""),
		beforeCaret,
		from,
	};
}

/** The lowest number in `low..high` that fits, when all above it fit too; `high` when none does. */
function lowest(low: number, high: number, fits: (value: number) => boolean): number {
	let from = low;
	let to = high;
	while (from < to) {
		const middle = (from + to) >> 1;
		if (fits(middle)) to = middle;
		else from = middle + 1;
	}
	return from;
}

function split(text: string): string[] {
	return Array.from(segmenter.segment(text), (part) => part.segment);
}
