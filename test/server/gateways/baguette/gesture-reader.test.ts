import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
	BUTTON_NAMES,
	type Gesture,
	MAX_MESSAGE_BYTES,
	readGesture,
} from "../../../../server/gateways/baguette/gesture-reader.ts";

const SIZE = { width: 400, height: 800 };
const read = (envelope: unknown) => readGesture(JSON.stringify(envelope));
const gesture = (envelope: unknown): Gesture => {
	const { gesture, error } = read(envelope);
	if (!gesture) throw new Error(error);
	return gesture;
};

/** Each row of table 1.1, with its defaults. */
const rows: [string, object, Gesture][] = [
	["tap", { type: "tap", x: 100, y: 200, ...SIZE }, { type: "tap", at: { x: 0.25, y: 0.25 }, duration: 50 }],
	[
		"tap, held at an edge",
		{ type: "tap", x: 0, y: 700.5, ...SIZE, duration: 1.5, edge: "bottom" },
		{ type: "tap", at: { x: 0, y: 0.875625 }, duration: 1500, edge: "bottom" },
	],
	[
		"swipe",
		{ type: "swipe", startX: 0, startY: 0, endX: 200, endY: 400, ...SIZE },
		{ type: "swipe", from: { x: 0, y: 0 }, to: { x: 0.5, y: 0.5 }, duration: 250 },
	],
	[
		"swipe, told more of",
		{ type: "swipe", startX: 0, startY: 0, endX: 200, endY: 400, ...SIZE, duration: 1, edge: "left" },
		{ type: "swipe", from: { x: 0, y: 0 }, to: { x: 0.5, y: 0.5 }, duration: 1000, edge: "left" },
	],
	...(["down", "move", "up"] as const).flatMap((phase): [string, object, Gesture][] => [
		[
			`touch1-${phase}`,
			{ type: `touch1-${phase}`, x: 400, y: 0.5, ...SIZE },
			{ type: "touch1", phase, at: { x: 1, y: 0.000625 } },
		],
		[
			`touch1 with phase ${phase} and an edge`,
			{ type: "touch1", phase, x: 200, y: 400, ...SIZE, edge: "top" },
			{ type: "touch1", phase, at: { x: 0.5, y: 0.5 }, edge: "top" },
		],
		[
			`touch2-${phase}`,
			{ type: `touch2-${phase}`, x1: 0, y1: 0, x2: 400, y2: 800, ...SIZE },
			{
				type: "touch2",
				phase,
				at: [
					{ x: 0, y: 0 },
					{ x: 1, y: 1 },
				],
			},
		],
		[
			`touch2 with phase ${phase}`,
			{ type: "touch2", phase, x1: 0, y1: 0, x2: 400, y2: 800, ...SIZE },
			{
				type: "touch2",
				phase,
				at: [
					{ x: 0, y: 0 },
					{ x: 1, y: 1 },
				],
			},
		],
	]),
	[
		"pinch",
		{ type: "pinch", cx: 200, cy: 400, startSpread: 100, endSpread: 200, ...SIZE },
		{
			type: "two-fingers",
			from: [
				{ x: 0.375, y: 0.5 },
				{ x: 0.625, y: 0.5 },
			],
			to: [
				{ x: 0.25, y: 0.5 },
				{ x: 0.75, y: 0.5 },
			],
			duration: 600,
		},
	],
	[
		"pan",
		{ type: "pan", x1: 100, y1: 400, x2: 300, y2: 400, dx: 0, dy: -200, ...SIZE },
		{
			type: "two-fingers",
			from: [
				{ x: 0.25, y: 0.5 },
				{ x: 0.75, y: 0.5 },
			],
			to: [
				{ x: 0.25, y: 0.25 },
				{ x: 0.75, y: 0.25 },
			],
			duration: 500,
		},
	],
	["scroll", { type: "scroll" }, { type: "scroll", dx: 0, dy: 0 }],
	["scroll by something", { type: "scroll", deltaX: 2.5, deltaY: -50 }, { type: "scroll", dx: 2.5, dy: -50 }],
	["button", { type: "button", button: "home" }, { type: "button", button: "home", hold: 100 }],
	[
		"button, held",
		{ type: "button", button: "action", duration: 1.2 },
		{ type: "button", button: "action", hold: 1200 },
	],
	["key", { type: "key", code: "KeyA" }, { type: "key", code: "KeyA", modifiers: [], hold: 100 }],
	...[
		...[..."0123456789"].map((digit) => `Numpad${digit}`),
		...["Decimal", "Add", "Subtract", "Multiply", "Divide", "Enter", "Equal"].map((name) => `Numpad${name}`),
	].map((code): [string, object, Gesture] => [
		`key ${code}`,
		{ type: "key", code },
		{ type: "key", code, modifiers: [], hold: 100 },
	]),
	[
		"key with modifiers",
		{ type: "key", code: "KeyA", modifiers: ["shift", "command", "shift"], duration: 0.2 },
		{ type: "key", code: "KeyA", modifiers: ["command", "shift"], hold: 200 },
	],
	["type", { type: "type", text: "Hi ~!" }, { type: "type", text: "Hi ~!" }],
	["type beyond ASCII", { type: "type", text: "Grüße 漢 👋🏽" }, { type: "type", text: "Grüße 漢 👋🏽" }],
	["nothing typed", { type: "type", text: "" }, { type: "type", text: "" }],
	["paste", { type: "paste", text: "Grüße 漢" }, { type: "paste", text: "Grüße 漢", press: true }],
	[
		"paste without Cmd-V",
		{ type: "paste", text: "", press: false },
		{ type: "paste", text: "", press: false },
	],
	["copy", { type: "copy" }, { type: "copy", press: true }],
	["copy without Cmd-C", { type: "copy", press: false }, { type: "copy", press: false }],
];

it.each(rows)("%s is read", (_name, envelope, expected) => {
	expect(gesture(envelope)).toEqual(expected);
});

describe("a place", () => {
	it("outside the screen is put on its rim", () => {
		expect(gesture({ type: "tap", x: -5, y: 1e9, ...SIZE })).toMatchObject({ at: { x: 0, y: 1 } });
		const pinch = { type: "pinch", cx: 390, cy: 0, startSpread: 10, endSpread: 4000, ...SIZE };
		expect(gesture(pinch)).toMatchObject({
			to: [
				{ x: 0, y: 0 },
				{ x: 1, y: 0 },
			],
		});
	});

	it("is never outside 0..1, whatever the numbers are", () => {
		const number = fc.double({ noNaN: true });
		fc.assert(
			fc.property(number, number, number, number, number, (x, y, width, height, dx) => {
				for (const envelope of [
					{ type: "tap", x, y, width, height },
					{ type: "pan", x1: x, y1: y, x2: y, y2: x, dx, dy: x, width, height },
					{ type: "pinch", cx: x, cy: y, startSpread: dx, endSpread: y, width, height },
					{ type: "touch2-down", x1: x, y1: y, x2: y, y2: dx, width, height },
				]) {
					const text = JSON.stringify(read(envelope).gesture ?? {});
					for (const [, place] of text.matchAll(/"[xy]":([^,}]+)/g)) {
						expect(Number(place)).toBeGreaterThanOrEqual(0);
						expect(Number(place)).toBeLessThanOrEqual(1);
						expect(place).not.toBe("null");
					}
				}
			}),
		);
	});
});

describe("a duration", () => {
	it.each([
		["tap", { type: "tap", x: 1, y: 1 }, 50],
		["swipe", { type: "swipe", startX: 1, startY: 1, endX: 2, endY: 2 }, 250],
		["pinch", { type: "pinch", cx: 1, cy: 1, startSpread: 1, endSpread: 2 }, 600],
		["pan", { type: "pan", x1: 1, y1: 1, x2: 2, y2: 2, dx: 1, dy: 1 }, 600],
	])("of 0 or less is the usual one: %s", (_name, envelope, usual) => {
		for (const duration of [0, -3]) {
			expect(gesture({ ...envelope, ...SIZE, duration })).toMatchObject({ duration: usual });
		}
	});

	it("that is no number is the usual one, and none is above a minute", () => {
		const tap = { type: "tap", x: 1, y: 1, ...SIZE };
		expect(gesture({ ...tap, duration: "long" })).toMatchObject({ duration: 50 });
		expect(gesture({ ...tap, duration: 1e12 })).toMatchObject({ duration: 60_000 });
	});

	it.each([
		[0.001, 20],
		[0.02, 20],
		[0.05, 50],
		[0, 100],
		[-1, 100],
		[1e6, 60_000],
	])("of %f s holds a button and a key for %i ms", (duration, hold) => {
		expect(gesture({ type: "button", button: "lock", duration })).toMatchObject({ hold });
		expect(gesture({ type: "key", code: "Enter", duration })).toMatchObject({ hold });
	});
});

it.each([...BUTTON_NAMES])("the button %s is known", (button) => {
	expect(gesture({ type: "button", button })).toEqual({ type: "button", button, hold: 100 });
});

it("every key of table 1.3 is known, and no other", () => {
	const named =
		"Enter Escape Backspace Tab Space ArrowLeft ArrowRight ArrowUp ArrowDown Minus Equal BracketLeft BracketRight Backslash Semicolon Quote Backquote Comma Period Slash";
	const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => `Key${letter}`);
	const digits = [..."0123456789"].map((digit) => `Digit${digit}`);
	for (const code of [...named.split(" "), ...letters, ...digits]) {
		expect(gesture({ type: "key", code })).toMatchObject({ code });
	}
	for (const code of ["Keya", "KeyÄ", "Digit10", "F1", "ShiftLeft", "enter", "", "toString"]) {
		expect(read({ type: "key", code }).error, code).toMatch(/^invalid code: expected W3C /);
	}
});

const number = (field: string) => `invalid ${field}: expected number`;
const missing = (field: string) => `missing field: ${field}`;
const BUTTONS =
	"home | lock | power | volume-up | volume-down | action | digital-crown | side-button | left-side-button | app-switcher | swipe-to-app-switcher | swipe-to-home | pull-down-to-lock-screen | pull-down-to-notification-center";

describe("a message that is wrong", () => {
	it.each([
		["", "invalid JSON"],
		["{", "invalid JSON"],
		["[]", "invalid JSON"],
		["null", "invalid JSON"],
		['"tap"', "invalid JSON"],
		["7", "invalid JSON"],
		['{"type":"tap"} {}', "invalid JSON"],
		["{}", missing("type")],
		['{"type":5}', "invalid type: expected string"],
		['{"type":null}', "invalid type: expected string"],
		['{"type":"drag"}', "unknown kind: drag"],
		['{"type":""}', "unknown kind: "],
		['{"type":"touch3-down"}', "unknown kind: touch3-down"],
		['{"type":"touch1-hover"}', "unknown kind: touch1-hover"],
		['{"type":"tap-down"}', "unknown kind: tap-down"],
		['{"type":"__proto__"}', "unknown kind: __proto__"],
		['{"type":"constructor"}', "unknown kind: constructor"],
	])("%s: %s", (message, error) => {
		expect(readGesture(message)).toEqual({ error });
	});

	it.each([
		[{ type: "tap" }, missing("x")],
		[{ type: "tap", y: 1 }, missing("x")],
		[{ type: "tap", x: 1 }, missing("y")],
		[{ type: "tap", x: 1, y: 1 }, missing("width")],
		[{ type: "tap", x: 1, y: 1, height: 1 }, missing("width")],
		[{ type: "tap", x: 1, y: 1, width: 1 }, missing("height")],
		[{ type: "tap", x: "1", y: 1 }, number("x")],
		[{ type: "tap", x: null, y: 1 }, number("x")],
		[{ type: "tap", x: 1, y: [], ...SIZE }, number("y")],
		[{ type: "tap", x: 1, y: true, ...SIZE }, number("y")],
		[{ type: "tap", x: 1, y: 1, width: 0, height: 0 }, "invalid width: expected positive number"],
		[{ type: "tap", x: 1, y: 1, width: 1, height: -1 }, "invalid height: expected positive number"],
		[
			{ type: "tap", x: 1, y: 1, ...SIZE, edge: "nowhere" },
			"invalid edge: expected left | top | right | bottom",
		],
		[{ type: "tap", x: 1, y: 1, ...SIZE, edge: 1 }, "invalid edge: expected string"],
		[{ type: "swipe" }, missing("startX")],
		[{ type: "swipe", startX: 1 }, missing("startY")],
		[{ type: "swipe", startX: 1, startY: 1 }, missing("endX")],
		[{ type: "swipe", startX: 1, startY: 1, endX: 1 }, missing("endY")],
		[{ type: "swipe", startX: 1, startY: 1, endX: 1, endY: 1 }, missing("width")],
		[{ type: "touch1" }, missing("phase")],
		[{ type: "touch1", phase: 1 }, "invalid phase: expected string"],
		[{ type: "touch1", phase: "hover" }, "invalid phase: expected down | move | up"],
		[{ type: "touch1", phase: "down" }, missing("x")],
		[{ type: "touch1-move", x: 1, y: 1 }, missing("width")],
		[{ type: "touch2-down" }, missing("x1")],
		[{ type: "touch2-down", x1: 1, y1: 1 }, missing("x2")],
		[{ type: "pinch" }, missing("cx")],
		[{ type: "pinch", cx: 1, cy: 1, ...SIZE }, missing("startSpread")],
		[{ type: "pinch", cx: 1, cy: 1, startSpread: 1 }, missing("endSpread")],
		[{ type: "pinch", cx: 1, cy: 1, startSpread: 1, endSpread: 1 }, missing("width")],
		[{ type: "pan", x1: 1, y1: 1, x2: 1, y2: 1, ...SIZE }, missing("dx")],
		[{ type: "pan", x1: 1, y1: 1, x2: 1, y2: 1, dx: 1 }, missing("dy")],
		[{ type: "button" }, missing("button")],
		[{ type: "button", button: 1 }, "invalid button: expected string"],
		// It crashes the system inside a simulator.
		[{ type: "button", button: "siri" }, `invalid button: expected ${BUTTONS}`],
		[{ type: "button", button: "Home" }, `invalid button: expected ${BUTTONS}`],
		[{ type: "key" }, missing("code")],
		[{ type: "key", code: 65 }, "invalid code: expected string"],
		[{ type: "key", code: "KeyA", modifiers: "shift" }, "invalid modifiers: expected array of strings"],
		[{ type: "key", code: "KeyA", modifiers: [1] }, "invalid modifiers: expected array of strings"],
		[{ type: "key", code: "KeyA", modifiers: null }, "invalid modifiers: expected array of strings"],
		[
			{ type: "key", code: "KeyA", modifiers: ["alt"] },
			"invalid modifiers: expected shift | control | option | command",
		],
		[{ type: "type" }, missing("text")],
		[{ type: "type", text: 1 }, "invalid text: expected string"],
		...["a\n", "\t", "\u007f", "\u0085", "half \ud800"].map((text): [object, string] => [
			{ type: "type", text },
			"invalid text: expected ASCII printable characters supported by the US keyboard layout",
		]),
		[{ type: "paste" }, missing("text")],
	])("%j: %s", (envelope, error) => {
		expect(read(envelope)).toEqual({ error });
	});

	it.each([
		["type", 10_000],
		["paste", 1_000_000],
	])("of kind %s has a text of more than %i characters", (type, longest) => {
		expect(gesture({ type, text: "a".repeat(longest) })).toMatchObject({ type });
		const error = `invalid text: expected at most ${longest} characters`;
		expect(read({ type, text: "a".repeat(longest + 1) })).toEqual({ error });
	});

	it("may have a number that JSON cannot hold", () => {
		expect(readGesture('{"type":"tap","x":1e999,"y":1,"width":1,"height":1}')).toEqual({
			error: number("x"),
		});
	});

	it("is not read at all when it is longer than any paste", () => {
		const long = `{"type":"copy","pad":"${"a".repeat(MAX_MESSAGE_BYTES.control)}"}`;
		expect(readGesture(long)).toEqual({ error: "invalid JSON" });
	});

	it("may paste the longest text, however it is escaped", () => {
		const text = "\u0000".repeat(500_000);
		expect(gesture({ type: "paste", text })).toMatchObject({ type: "paste", text });
	});

	it.each([
		["nested", `{"type":"copy","pad":${"[".repeat(4)}${"]".repeat(4)}}`],
		["nested to the end", `{"type":"copy","pad":${"[".repeat(4_000_000)}`],
		["crowded", `{"type":"copy","pad":[${"0,".repeat(300)}0]}`],
	])("is not parsed when it is %s", (_, text) => {
		const parse = vi.spyOn(JSON, "parse");
		expect(readGesture(text)).toEqual({ error: "invalid JSON" });
		expect(parse).not.toHaveBeenCalled();
		parse.mockRestore();
	});

	it("has an edge in a stream of touches that is not known, which counts as none", () => {
		const touch = { type: "touch1-down", x: 0, y: 0, ...SIZE, edge: "nowhere" };
		expect(gesture(touch)).toEqual({ type: "touch1", phase: "down", at: { x: 0, y: 0 } });
	});
});

it("any text and any JSON is read or refused in known words", () => {
	const kind = fc.constantFrom(
		"tap",
		"swipe",
		"touch1",
		"touch2-up",
		"pinch",
		"pan",
		"button",
		"key",
		"type",
	);
	const envelope = fc
		.tuple(
			kind,
			fc.dictionary(fc.constantFrom("x", "y", "width", "height", "phase", "code", "text"), fc.jsonValue()),
		)
		.map(([type, fields]) => JSON.stringify({ ...fields, type }));
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.json(), envelope), (message) => {
			const { gesture, error } = readGesture(message);
			if (gesture) return;
			expect(error).toMatch(/^(invalid JSON$|missing field: |invalid \w+: expected |unknown kind: )/);
		}),
	);
});
