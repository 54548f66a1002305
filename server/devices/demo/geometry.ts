import type { Rectangle } from "../../native/addon.ts";

export type { Rectangle };

export interface Point {
	readonly x: number;
	readonly y: number;
}

export function rectangle(x: number, y: number, width: number, height: number): Rectangle {
	return { x, y, width, height };
}

/** Whether a point lies in it; the right and lower edges are outside. */
export function contains(area: Rectangle, point: Point): boolean {
	return (
		point.x >= area.x && point.y >= area.y && point.x < area.x + area.width && point.y < area.y + area.height
	);
}

/** Whether two areas share more than an edge. */
export function overlap(a: Rectangle, b: Rectangle): boolean {
	return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** The smallest area that holds both. */
export function union(a: Rectangle, b: Rectangle): Rectangle {
	const x = Math.min(a.x, b.x);
	const y = Math.min(a.y, b.y);
	const right = Math.max(a.x + a.width, b.x + b.width);
	const bottom = Math.max(a.y + a.height, b.y + b.height);
	return rectangle(x, y, right - x, bottom - y);
}

/** The area around one point. */
export function around(point: Point, radius: number): Rectangle {
	return rectangle(point.x - radius, point.y - radius, 2 * radius, 2 * radius);
}

function areaOf(area: Rectangle): number {
	return area.width * area.height;
}

/** More areas than this are merged: each costs one more read of the canvas. */
const MAX_AREAS = 8;

/** What has changed on the screen since it was last drawn, in points. */
export class Damage {
	#areas: Rectangle[] = [];

	get empty(): boolean {
		return this.#areas.length === 0;
	}

	/** Notes a change. Areas that are near each other become one, where that costs less than two. */
	add(area: Rectangle): void {
		let added = area;
		for (;;) {
			const near = this.#areas.findIndex((other) => isCheaperTogether(added, other));
			if (near < 0) break;
			added = union(added, this.#areas[near] ?? added);
			this.#areas.splice(near, 1);
		}
		this.#areas.push(added);
		if (this.#areas.length > MAX_AREAS) this.#areas = [this.#areas.reduce(union)];
	}

	/**
	 * Takes what was noted, as whole pixels of a frame of this size. Edges are even, as one chroma sample covers two
	 * by two pixels.
	 */
	take(scale: number, width: number, height: number): Rectangle[] {
		const areas = this.#areas;
		this.#areas = [];
		return areas
			.map((area) => {
				const left = clamp(Math.floor((area.x * scale) / 2) * 2, width);
				const top = clamp(Math.floor((area.y * scale) / 2) * 2, height);
				const right = clamp(Math.ceil(((area.x + area.width) * scale) / 2) * 2, width);
				const bottom = clamp(Math.ceil(((area.y + area.height) * scale) / 2) * 2, height);
				return rectangle(left, top, right - left, bottom - top);
			})
			.filter((area) => area.width > 0 && area.height > 0);
	}
}

function isCheaperTogether(a: Rectangle, b: Rectangle): boolean {
	return areaOf(union(a, b)) <= (areaOf(a) + areaOf(b)) * 1.1;
}

function clamp(value: number, limit: number): number {
	return Math.min(limit, Math.max(0, value));
}
