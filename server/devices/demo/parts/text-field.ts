import { contains, type Damage, type Point, type Rectangle, rectangle } from "../geometry.ts";
import { font, type Palette, paper } from "../theme.ts";
import { type Brush, type Control, Part } from "./part.ts";

const PADDING = 16;
const TEXT_SIZE = 16;
/** Space for the button that clears the field. */
const CLEAR_WIDTH = 44;

/** What a key means to the text field. */
export type KeyAction =
	| { type: "insert"; text: string }
	| { type: "backspace" | "delete" | "left" | "right" | "start" | "end" | "enter" | "clear" };

/** A field that shows what is typed; it always has the focus. */
export class TextField extends Part implements Control {
	palette: Palette;
	readonly #line = new EditableText();
	/** Offsets of the visible characters' edges, points from the left of the text; from the last painting. */
	#edges: number[] = [0];
	#from = 0;
	#downAt: Point | undefined;

	constructor(damage: Damage, palette: Palette) {
		super(damage);
		this.palette = palette;
	}

	get text(): string {
		return this.#line.text;
	}

	insert(text: string): void {
		this.#line.insert(text);
		this.changed();
	}

	clear(): void {
		this.#line.clear();
		this.changed();
	}

	/** Edits as a key asks for; `enter` is not the field's business. */
	edit(action: KeyAction): void {
		if (action.type === "insert") this.#line.insert(action.text);
		else if (action.type === "backspace") this.#line.backspace();
		else if (action.type === "delete") this.#line.remove();
		else if (action.type === "left") this.#line.move(-1);
		else if (action.type === "right") this.#line.move(1);
		else if (action.type === "start") this.#line.placeCaret(0);
		else if (action.type === "end") this.#line.placeCaret(Number.POSITIVE_INFINITY);
		else if (action.type === "clear") this.#line.clear();
		this.changed();
	}

	down(_contact: number, point: Point): void {
		this.#downAt = point;
	}

	move(): void {}

	up(_contact: number, inside: boolean): void {
		const point = this.#downAt;
		this.#downAt = undefined;
		if (!inside || !point) return;
		if (contains(this.#clearBounds(), point)) this.#line.clear();
		else this.#line.placeCaret(this.#characterAt(point.x));
		this.changed();
	}

	paint(brush: Brush): void {
		const { x, y, width, height } = this.bounds;
		brush.fillStyle = paper.card;
		brush.strokeStyle = this.palette.accent;
		brush.lineWidth = 1.5;
		brush.beginPath();
		brush.roundRect(x + 0.75, y + 0.75, width - 1.5, height - 1.5, 15);
		brush.fill();
		brush.stroke();

		brush.font = font(400, TEXT_SIZE);
		brush.textBaseline = "alphabetic";
		const left = x + PADDING;
		const baseline = y + height / 2 + TEXT_SIZE * 0.36;
		if (this.#line.characters.length === 0) {
			brush.fillStyle = paper.muted;
			brush.fillText("Type something", left + 4, baseline);
			this.#edges = [0];
			this.#from = 0;
			this.#paintCaret(brush, left);
			return;
		}
		const measure = (text: string) => brush.measureText(text).width;
		const shown = visibleText(this.#line, width - PADDING - CLEAR_WIDTH, measure);
		brush.fillStyle = paper.ink;
		brush.fillText(shown.text, left, baseline);
		this.#paintCaret(brush, left + measure(shown.beforeCaret));
		this.#paintClear(brush);
		this.#from = shown.from;
		this.#edges = this.#measureEdges(shown.from, shown.text, measure);
	}

	#measureEdges(from: number, text: string, measure: (text: string) => number): number[] {
		let before = from > 0 ? "…" : "";
		const edges = [measure(before)];
		for (const character of this.#line.characters.slice(from)) {
			before += character;
			if (before.length > text.length) break;
			edges.push(measure(before));
		}
		return edges;
	}

	/** Characters of the line before a place on the screen. */
	#characterAt(x: number): number {
		const offset = x - this.bounds.x - PADDING;
		let nearest = 0;
		for (const [index, edge] of this.#edges.entries()) {
			if (Math.abs(edge - offset) < Math.abs((this.#edges[nearest] ?? 0) - offset)) nearest = index;
		}
		return this.#from + nearest;
	}

	#paintCaret(brush: Brush, x: number): void {
		brush.fillStyle = this.palette.accent;
		brush.beginPath();
		brush.roundRect(x, this.bounds.y + this.bounds.height / 2 - 10.5, 2, 21, 1);
		brush.fill();
	}

	#clearBounds(): Rectangle {
		const { x, y, width, height } = this.bounds;
		const side = this.#line.characters.length > 0 ? CLEAR_WIDTH : 0;
		return rectangle(x + width - side, y, side, height);
	}

	#paintClear(brush: Brush): void {
		const area = this.#clearBounds();
		const x = area.x + area.width / 2 + 2;
		const y = area.y + area.height / 2;
		brush.fillStyle = paper.faint;
		brush.beginPath();
		brush.arc(x, y, 9, 0, 2 * Math.PI);
		brush.fill();
		brush.strokeStyle = paper.card;
		brush.lineWidth = 1.7;
		brush.lineCap = "round";
		brush.beginPath();
		brush.moveTo(x - 3, y - 3);
		brush.lineTo(x + 3, y + 3);
		brush.moveTo(x + 3, y - 3);
		brush.lineTo(x - 3, y + 3);
		brush.stroke();
	}
}

/** Most characters kept; what is typed beyond them is dropped. */
export const MAX_CHARACTERS = 500;

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
		const room = Math.max(0, MAX_CHARACTERS - after.length);
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
interface VisibleText {
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
