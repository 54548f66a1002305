import type { Point, Rectangle } from "../rectangle.ts";
import { around, rectangle, union } from "../rectangle.ts";

/** How long a trail's point is seen, ms. */
export const TRAIL_LIFE = 900;

/** Most points of one trail; the oldest are dropped. */
const MOST_POINTS = 120;

/** Half the width of a trail's newest end, points. */
const RADIUS = 5;

interface TrailPoint extends Point {
	readonly time: number;
}

/** The way a contact went, fading. */
export class Trail {
	/** The contact that drew it. */
	readonly contact: number;
	#points: TrailPoint[] = [];

	constructor(contact: number) {
		this.contact = contact;
	}

	get faded(): boolean {
		return this.#points.length === 0;
	}

	add(point: Point, time: number): void {
		this.#points.push({ x: point.x, y: point.y, time });
		if (this.#points.length > MOST_POINTS) this.#points.shift();
	}

	/** Lets go of what has faded; gives the area that looks different now, if any. */
	advance(time: number): Rectangle | undefined {
		const area = this.bounds();
		this.#points = this.#points.filter((point) => time - point.time < TRAIL_LIFE);
		return area;
	}

	bounds(): Rectangle | undefined {
		return this.#points
			.map((point) => around(point, RADIUS + 2))
			.reduce<Rectangle | undefined>(join, undefined);
	}

	/** Its stretches, oldest first; `strength` falls from 1 to 0 with age. */
	*stretches(time: number): Generator<{ from: Point; to: Point; strength: number; width: number }> {
		for (const [index, to] of this.#points.entries()) {
			const from = this.#points[index - 1];
			if (!from) continue;
			const strength = Math.max(0, 1 - (time - to.time) / TRAIL_LIFE);
			yield { from, to, strength, width: 2 * RADIUS * (0.25 + 0.75 * strength) };
		}
	}
}

function join(whole: Rectangle | undefined, part: Rectangle): Rectangle {
	return whole ? union(whole, part) : rectangle(part.x, part.y, part.width, part.height);
}
