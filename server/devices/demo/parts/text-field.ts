import type { Damage } from "../damage.ts";
import { font } from "../fonts.ts";
import { type Palette, paper } from "../palette.ts";
import { contains, type Point, type Rectangle, rectangle } from "../rectangle.ts";
import type { KeyAction } from "../us-keyboard.ts";
import { EditableText, visibleText } from "./editable-text.ts";
import { type Brush, type Control, Part } from "./part.ts";

const PADDING = 16;
const TEXT_SIZE = 16;
/** Space for the button that clears the field. */
const CLEAR_WIDTH = 44;

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
