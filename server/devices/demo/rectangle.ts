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

export function areaOf(area: Rectangle): number {
	return area.width * area.height;
}
