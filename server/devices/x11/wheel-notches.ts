/**
 * How far one notch of a wheel scrolls, device pixels. Browsers on X scroll a page by this much for a notch, so a page
 * on the device moves as far as the viewer's fingers or wheel asked for.
 */
export const NOTCH = 53;

/** Most notches turned at once; a longer way is cut, as it is more than any screen. */
const MOST_NOTCHES = 30;

/** Adds up the pixels of fine wheels and touch pads until they make whole notches, on each axis by itself. */
export class WheelNotches {
	readonly #horizontal = new Axis();
	readonly #vertical = new Axis();

	/** Takes pixels, right and down positive; gives the whole notches they make with what was left before. */
	turn(dx: number, dy: number): { dx: number; dy: number } {
		return { dx: this.#horizontal.turn(dx), dy: this.#vertical.turn(dy) };
	}

	/** Forgets what does not make a notch yet. */
	reset(): void {
		this.#horizontal.reset();
		this.#vertical.reset();
	}
}

class Axis {
	#rest = 0;

	turn(pixels: number): number {
		// What is left from the other direction would delay the turn back.
		if (pixels * this.#rest < 0) this.#rest = 0;
		const total = this.#rest + pixels;
		const notches = Math.trunc(total / NOTCH);
		this.#rest = total - notches * NOTCH;
		return Math.min(MOST_NOTCHES, Math.max(-MOST_NOTCHES, notches)) + 0;
	}

	reset(): void {
		this.#rest = 0;
	}
}
