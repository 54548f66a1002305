import type { Damage } from "../damage.ts";
import { font } from "../fonts.ts";
import { type Palette, paper } from "../palette.ts";
import { type Glyph, paintGlyph } from "./glyphs.ts";
import { type Brush, type Control, Part } from "./part.ts";

/** A button with a picture and a word. */
export class PushButton extends Part implements Control {
	palette: Palette;
	readonly #glyph: Glyph;
	readonly #onPush: () => void;
	readonly #holding = new Set<number>();
	#label: string;

	constructor(damage: Damage, palette: Palette, glyph: Glyph, label: string, onPush: () => void) {
		super(damage);
		this.palette = palette;
		this.#glyph = glyph;
		this.#label = label;
		this.#onPush = onPush;
	}

	get label(): string {
		return this.#label;
	}

	set label(label: string) {
		this.#label = label;
		this.changed();
	}

	down(contact: number): void {
		this.#holding.add(contact);
		this.changed();
	}

	move(): void {}

	up(contact: number, inside: boolean): void {
		this.#holding.delete(contact);
		this.changed();
		if (inside) this.#onPush();
	}

	paint(brush: Brush): void {
		const { x, y, width, height } = this.bounds;
		const pressed = this.#holding.size > 0;
		brush.fillStyle = pressed ? this.palette.accent : this.palette.tint;
		brush.beginPath();
		brush.roundRect(x, y, width, height, 16);
		brush.fill();

		const colour = pressed ? paper.card : this.palette.accent;
		brush.font = font(600, 14.5);
		brush.textBaseline = "alphabetic";
		const text = brush.measureText(this.#label).width;
		const left = x + (width - text - 26) / 2;
		paintGlyph(brush, this.#glyph, left + 9, y + height / 2, colour);
		brush.fillStyle = colour;
		brush.fillText(this.#label, left + 26, y + height / 2 + 5.2);
	}
}
