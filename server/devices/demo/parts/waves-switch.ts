import type { Damage } from "../damage.ts";
import { font } from "../fonts.ts";
import { type Palette, paper } from "../palette.ts";
import { type Brush, type Control, Part } from "./part.ts";

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
