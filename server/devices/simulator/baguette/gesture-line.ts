import type { Size } from "../../../../signaling/protocol/device.ts";
import type { Place, TouchEdge } from "../input/hands.ts";

/** What `baguette input` takes as a line: one JSON object with its `type` first. */
export type GestureLine =
	| {
			type: "touch1-down" | "touch1-move" | "touch1-up";
			x: number;
			y: number;
			width: number;
			height: number;
			edge?: string;
	  }
	| {
			type: "touch2-down" | "touch2-move" | "touch2-up";
			x1: number;
			y1: number;
			x2: number;
			y2: number;
			width: number;
			height: number;
	  }
	| { type: "key"; code: string; modifiers?: string[] }
	| { type: "type"; text: string }
	| { type: "paste"; text: string }
	| { type: "button"; button: string; duration?: number };

/** A touch in device points, with the size that they are of. An edge is told where there is one: old versions know none. */
export function touchLine(
	phase: "down" | "move" | "up",
	places: readonly Place[],
	edge: TouchEdge,
	{ width, height }: Size,
): GestureLine {
	const [first = { x: 0, y: 0 }, second] = places.map(({ x, y }) => ({
		x: hundredths(x * width),
		y: hundredths(y * height),
	}));
	if (!second) {
		const line: GestureLine = { type: `touch1-${phase}`, x: first.x, y: first.y, width, height };
		return edge === "none" ? line : { ...line, edge };
	}
	return {
		type: `touch2-${phase}`,
		x1: first.x,
		y1: first.y,
		x2: second.x,
		y2: second.y,
		width,
		height,
	};
}

/** Keys that baguette names, by DOM code. */
const KEY =
	/^(Key[A-Z]|Digit\d|Enter|Escape|Backspace|Tab|Space|Arrow(Left|Right|Up|Down)|Minus|Equal|Bracket(Left|Right)|Backslash|Semicolon|Quote|Backquote|Comma|Period|Slash)$/;

/** Whether baguette has a key of this DOM code. */
export function isGestureKey(code: string): boolean {
	return KEY.test(code);
}

/** The modifier that a DOM code is for baguette; undefined for other keys. */
export function gestureModifier(code: string): string | undefined {
	const [, name] = /^(Shift|Control|Alt|Meta|OS)(Left|Right)$/.exec(code) ?? [];
	const names: Record<string, string> = {
		Shift: "shift",
		Control: "control",
		Alt: "option",
		Meta: "command",
		OS: "command",
	};
	return name === undefined ? undefined : names[name];
}

function hundredths(value: number): number {
	return Math.round(value * 100) / 100;
}
