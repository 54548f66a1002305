import type { SKRSContext2D } from "@napi-rs/canvas";
import { type Damage, type Point, type Rectangle, rectangle } from "../geometry.ts";

/** Paints in points, clipped to what has to be drawn again. */
export type Brush = SKRSContext2D;

/** One thing on the screen, with its place and its look. */
export abstract class Part {
	readonly #damage: Damage;
	#bounds: Rectangle = rectangle(0, 0, 0, 0);

	constructor(damage: Damage) {
		this.#damage = damage;
	}

	/** Where it is, points. */
	get bounds(): Rectangle {
		return this.#bounds;
	}

	place(bounds: Rectangle): void {
		this.#bounds = bounds;
		this.changed();
	}

	abstract paint(brush: Brush): void;

	/** It, or the area given, looks different from now on. */
	protected changed(area: Rectangle = this.#bounds): void {
		this.#damage.add(area);
	}
}

/** A part that people touch. A contact that went down on it stays its own until lifted. */
export interface Control extends Part {
	down(contact: number, point: Point): void;
	move(contact: number, point: Point): void;
	/** Lifted at its last place; `inside` tells whether that was on the control. */
	up(contact: number, inside: boolean): void;
}
