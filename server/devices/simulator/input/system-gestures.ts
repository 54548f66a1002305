import type { Place, TouchEdge } from "./hands.ts";

/** A drag of one finger over an edge that systems read as a gesture of their own. */
export interface SystemGesture {
	readonly edge: TouchEdge;
	readonly from: Place;
	readonly to: Place;
	readonly steps: number;
	/** Between two moves, ms. */
	readonly stepTime: number;
	/** The finger rests at the end before it is lifted, ms. */
	readonly hold: number;
}

/** Drags and their timings that simulators of devices without a home button take, by the id of a device's button. */
export const systemGestures: ReadonlyMap<string, SystemGesture> = new Map([
	[
		"swipe-to-home",
		{
			edge: "bottom",
			from: { x: 0.5, y: 1 },
			to: { x: 0.5, y: 0.3 },
			steps: 12,
			stepTime: 16,
			hold: 0,
		},
	],
	[
		"swipe-to-app-switcher",
		{
			edge: "bottom",
			from: { x: 0.5, y: 1 },
			to: { x: 0.5, y: 0.58 },
			steps: 30,
			stepTime: 35,
			hold: 900,
		},
	],
	[
		"pull-down-to-lock-screen",
		{
			edge: "top",
			from: { x: 0.25, y: 0 },
			to: { x: 0.25, y: 0.55 },
			steps: 24,
			stepTime: 25,
			hold: 0,
		},
	],
	[
		"pull-down-to-notification-center",
		{
			edge: "top",
			from: { x: 0.75, y: 0 },
			to: { x: 0.75, y: 0.55 },
			steps: 24,
			stepTime: 25,
			hold: 0,
		},
	],
]);

/** Where the finger is after a step; step 0 is where it begins. */
export function placeOf({ from, to, steps }: SystemGesture, step: number): Place {
	const part = step / steps;
	return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}
