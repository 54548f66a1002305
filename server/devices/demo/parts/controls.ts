import { type Damage, type Rectangle, rectangle } from "../geometry.ts";
import { font, type Palette, paper } from "../theme.ts";
import { type Brush, type Control, Part } from "./part.ts";

/** A button with a frame and a word. */
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

/** Small frames on the buttons. */
type Glyph = "plus" | "drop" | "sweep";

/** Paints a glyph of 18 points around a centre. */
function paintGlyph(brush: Brush, glyph: Glyph, x: number, y: number, colour: string): void {
	brush.save();
	brush.translate(x, y);
	brush.strokeStyle = colour;
	brush.lineWidth = 1.9;
	brush.lineCap = "round";
	brush.lineJoin = "round";
	brush.beginPath();
	outlines[glyph](brush);
	brush.stroke();
	brush.restore();
}

const outlines: Record<Glyph, (brush: Brush) => void> = {
	plus(brush) {
		brush.moveTo(-6, 0);
		brush.lineTo(6, 0);
		brush.moveTo(0, -6);
		brush.lineTo(0, 6);
	},
	drop(brush) {
		brush.moveTo(0, -7.5);
		brush.bezierCurveTo(3, -3.5, 5.6, -1.4, 5.6, 2);
		brush.arc(0, 2, 5.6, 0, Math.PI);
		brush.bezierCurveTo(-5.6, -1.4, -3, -3.5, 0, -7.5);
		brush.moveTo(-2.4, 2.4);
		brush.quadraticCurveTo(-2.2, 4.6, 0, 4.9);
	},
	sweep(brush) {
		brush.moveTo(-5, -5);
		brush.lineTo(5, 5);
		brush.moveTo(5, -5);
		brush.lineTo(-5, 5);
	},
};

/** Switches the animation. The whole row is the switch. */
export class WavesSwitch extends Part implements Control {
	palette: Palette;
	readonly #onSwitch: (on: boolean) => void;
	#on = true;
	#pressed = false;

	constructor(damage: Damage, palette: Palette, onSwitch: (on: boolean) => void) {
		super(damage);
		this.palette = palette;
		this.#onSwitch = onSwitch;
	}

	get on(): boolean {
		return this.#on;
	}

	turn(on: boolean): void {
		if (on === this.#on) return;
		this.#on = on;
		this.changed();
		this.#onSwitch(on);
	}

	down(): void {
		this.#press(true);
	}

	move(): void {}

	up(_contact: number, inside: boolean): void {
		this.#press(false);
		if (inside) this.turn(!this.#on);
	}

	#press(pressed: boolean): void {
		this.#pressed = pressed;
		this.changed();
	}

	paint(brush: Brush): void {
		const { x, y, width, height } = this.bounds;
		const middle = y + height / 2;
		brush.textBaseline = "alphabetic";
		brush.fillStyle = paper.ink;
		brush.font = font(600, 15.5);
		brush.fillText("Waves", x + 8, middle - 2);
		brush.fillStyle = paper.muted;
		brush.font = font(400, 13);
		brush.fillText(this.#on ? "60 fps" : "Nothing is sent", x + 8, middle + 16);

		const knob = this.#pressed ? 12 : 11;
		const left = x + width - 56;
		brush.fillStyle = this.#on ? this.palette.accent : "#c9c7c1";
		brush.beginPath();
		brush.roundRect(left, middle - 14, 48, 28, 14);
		brush.fill();
		brush.fillStyle = "#ffffff";
		brush.beginPath();
		brush.arc(this.#on ? left + 34 : left + 14, middle, knob, 0, 2 * Math.PI);
		brush.fill();
	}
}

/** The paper that carries the controls. */
export class Sheet extends Part {
	corners: readonly [number, number, number, number] = [0, 0, 0, 0];
	homeIndicator: Rectangle = rectangle(0, 0, 0, 0);

	paint(brush: Brush): void {
		const { x, y, width, height } = this.bounds;
		brush.fillStyle = paper.sheet;
		brush.beginPath();
		brush.roundRect(x, y, width, height, [...this.corners]);
		brush.fill();
		const bar = this.homeIndicator;
		brush.fillStyle = paper.ink;
		brush.beginPath();
		brush.roundRect(bar.x, bar.y, bar.width, bar.height, bar.height / 2);
		brush.fill();
	}
}
