import { rectangle } from "../rectangle.ts";
import { type Brush, Part } from "./part.ts";

/** From silence to the loudest. */
export const VOLUME_STEPS = 16;
/** How long the level is seen after a change, ms. */
export const VOLUME_SEEN = 1_500;

/** Dark around the level, points. */
const EDGE = 5;

/** How loud the phone would be; seen for a moment after each change. */
export class VolumeLevel extends Part {
	#level = VOLUME_STEPS / 2;
	#now = 0;
	#until = 0;

	get level(): number {
		return this.#level;
	}

	/** It will disappear by itself. */
	get busy(): boolean {
		return this.#until > 0;
	}

	change(by: number): void {
		this.#level = Math.min(VOLUME_STEPS, Math.max(0, this.#level + by));
		this.#until = this.#now + VOLUME_SEEN;
		this.changed();
	}

	advance(now: number): void {
		this.#now = now;
		if (this.#until === 0 || now < this.#until) return;
		this.#until = 0;
		this.changed();
	}

	paint(brush: Brush): void {
		if (this.#until === 0) return;
		const { bounds } = this;
		brush.fillStyle = "#16181f";
		brush.beginPath();
		brush.roundRect(bounds.x, bounds.y, bounds.width, bounds.height, 16);
		brush.fill();
		const { x, y, width, height } = rectangle(
			bounds.x + EDGE,
			bounds.y + EDGE,
			bounds.width - 2 * EDGE,
			bounds.height - 2 * EDGE,
		);
		const share = this.#level / VOLUME_STEPS;
		const filled =
			height > width
				? rectangle(x, y + height * (1 - share), width, height * share)
				: rectangle(x, y, width * share, height);
		brush.beginPath();
		brush.roundRect(x, y, width, height, 11);
		brush.clip();
		brush.fillStyle = "#4a4e58";
		brush.fillRect(x, y, width, height);
		brush.fillStyle = "#ffffff";
		brush.fillRect(filled.x, filled.y, filled.width, filled.height);
	}
}
