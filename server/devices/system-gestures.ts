/** A drag of one finger over an edge of the screen, which mobile systems read as a gesture of their own. */
export interface SystemGesture {
	readonly edge: "top" | "bottom";
	readonly from: Place;
	readonly to: Place;
	/** Moves from one place to the other. */
	readonly steps: number;
	/** Between two moves, ms. */
	readonly stepTime: number;
	/** How long the finger rests at the end before it is lifted, ms. */
	readonly hold: number;
}

/** 0..1 of the screen, origin top left. */
interface Place {
	readonly x: number;
	readonly y: number;
}

/** Drags and timings that systems without a home button recognize, by the id of the device button they stand for. */
export const systemGestures: ReadonlyMap<string, SystemGesture> = new Map([
	["swipe-to-home", upTo(0.3, { steps: 12, stepTime: 16, hold: 0 })],
	["swipe-to-app-switcher", upTo(0.58, { steps: 30, stepTime: 35, hold: 900 })],
	["pull-down-to-lock-screen", downAt(0.25)],
	["pull-down-to-notification-center", downAt(0.75)],
]);

/** A place between two others; `share` 1 is the second exactly. */
export function placeBetween(from: Place, to: Place, share: number): Place {
	if (share === 1) return to;
	return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function upTo(y: number, timing: Pick<SystemGesture, "steps" | "stepTime" | "hold">): SystemGesture {
	return { edge: "bottom", from: { x: 0.5, y: 1 }, to: { x: 0.5, y }, ...timing };
}

function downAt(x: number): SystemGesture {
	return { edge: "top", from: { x, y: 0 }, to: { x, y: 0.55 }, steps: 24, stepTime: 25, hold: 0 };
}
