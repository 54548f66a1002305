import { describe, expect, test } from "vitest";
import {
	gestureModifier,
	isGestureKey,
	touchLine,
} from "../../../../../server/devices/simulator/baguette/gesture-line.ts";

const size = { width: 438, height: 954 };
const line = (...args: Parameters<typeof touchLine>) => JSON.stringify(touchLine(...args));

describe("lines of gestures", () => {
	test("of one finger have points, to hundredths, and the size that they are of", () => {
		expect(line("down", [{ x: 0.5, y: 0.25 }], "none", size)).toBe(
			'{"type":"touch1-down","x":219,"y":238.5,"width":438,"height":954}',
		);
		expect(line("move", [{ x: 1 / 3, y: 1 }], "none", size)).toBe(
			'{"type":"touch1-move","x":146,"y":954,"width":438,"height":954}',
		);
		expect(line("up", [{ x: 0.12345, y: 0 }], "none", size)).toBe(
			'{"type":"touch1-up","x":54.07,"y":0,"width":438,"height":954}',
		);
	});

	test("tell an edge where there is one", () => {
		expect(line("down", [{ x: 0.5, y: 1 }], "bottom", size)).toBe(
			'{"type":"touch1-down","x":219,"y":954,"width":438,"height":954,"edge":"bottom"}',
		);
	});

	test("of two fingers have both places", () => {
		const places = [
			{ x: 0, y: 0.5 },
			{ x: 1, y: 0.5 },
		];
		expect(line("up", places, "none", size)).toBe(
			'{"type":"touch2-up","x1":0,"y1":477,"x2":438,"y2":477,"width":438,"height":954}',
		);
	});

	test("name the keys and modifiers that there are", () => {
		const codes = ["KeyA", "KeyZ", "Digit0", "Enter", "ArrowUp", "BracketLeft", "Slash", "Backquote"];
		expect(codes.filter((code) => !isGestureKey(code))).toEqual([]);
		expect(["F1", "Home", "Keya", "Numpad1", "KeyAB"].filter(isGestureKey)).toEqual([]);
		expect(["ShiftRight", "ControlLeft", "AltLeft", "MetaLeft", "KeyA"].map(gestureModifier)).toEqual([
			...["shift", "control", "option", "command"],
			undefined,
		]);
	});
});
