import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Contact } from "../../../../../server/devices/provider.ts";
import {
	EDGE_WITHIN,
	edgeAt,
	SECOND_FINGER_WITHIN,
	TouchTracker,
} from "../../../../../server/devices/simulator/input/touch-tracker.ts";
import { FakeClock } from "../../../../fakes/fake-clock.ts";
import { RecordingInputBackend } from "../../../../fakes/recording-input-backend.ts";

const points = { width: 400, height: 800 };

function make() {
	const inputBackend = new RecordingInputBackend();
	const clock = new FakeClock();
	return { inputBackend, clock, fingers: new TouchTracker(inputBackend, clock, () => points) };
}

const at = (id: number, x: number, y: number, edge?: Contact["edge"]): Contact => ({
	id,
	x,
	y,
	...(edge === undefined ? {} : { edge }),
});

describe("fingers", () => {
	test("one is put down once no second one came, moves and is lifted where it was", () => {
		const { inputBackend, clock, fingers } = make();
		fingers.contacts([at(0, 0.5, 0.5)]);
		expect(inputBackend.drain()).toEqual([]);
		clock.advance(SECOND_FINGER_WITHIN);
		expect(inputBackend.drain()).toEqual([["down", [{ x: 0.5, y: 0.5 }], "none"]]);
		fingers.contacts([at(0, 0.6, 0.5)]);
		fingers.contacts([at(0, 0.6, 0.5)]);
		fingers.contacts([]);
		expect(inputBackend.drain()).toEqual([
			["move", [{ x: 0.6, y: 0.5 }], "none"],
			["up", [{ x: 0.6, y: 0.5 }], "none"],
		]);
	});

	test("one that moves or is lifted early is not held back any longer", () => {
		const { inputBackend, fingers, clock } = make();
		fingers.contacts([at(0, 0.5, 0.5)]);
		fingers.contacts([]);
		fingers.contacts([at(0, 0.2, 0.5)]);
		fingers.contacts([at(0, 0.3, 0.5)]);
		expect(inputBackend.drain().map(([phase]) => phase)).toEqual(["down", "up", "down", "move"]);
		clock.advance(1000);
		expect(inputBackend.drain()).toEqual([]);
	});

	test("two that come shortly after each other are one touch of two from the start", () => {
		const { inputBackend, fingers, clock } = make();
		fingers.contacts([at(3, 0.4, 0.5)]);
		clock.advance(SECOND_FINGER_WITHIN - 1);
		fingers.contacts([at(1, 0.6, 0.5), at(3, 0.4, 0.5)]);
		const places = [
			{ x: 0.4, y: 0.5 },
			{ x: 0.6, y: 0.5 },
		];
		expect(inputBackend.drain()).toEqual([["down", places, "none"]]);
		fingers.contacts([at(1, 0.7, 0.5), at(3, 0.3, 0.5), at(5, 0.1, 0.1)]);
		expect(inputBackend.drain()).toEqual([
			[
				"move",
				[
					{ x: 0.3, y: 0.5 },
					{ x: 0.7, y: 0.5 },
				],
				"none",
			],
		]);
	});

	test("a second one that comes late ends the touch of one and begins one of two", () => {
		const { inputBackend, fingers, clock } = make();
		fingers.contacts([at(0, 0.4, 0.5)]);
		clock.advance(SECOND_FINGER_WITHIN);
		fingers.contacts([at(0, 0.4, 0.5), at(1, 0.6, 0.5)]);
		expect(inputBackend.drain().map(([phase, places]) => [phase, places.length])).toEqual([
			["down", 1],
			["up", 1],
			["down", 2],
		]);
	});

	test("what is left of two does nothing more until all are lifted", () => {
		const { inputBackend, fingers, clock } = make();
		fingers.contacts([at(0, 0.4, 0.5), at(1, 0.6, 0.5)]);
		fingers.contacts([at(1, 0.6, 0.5)]);
		fingers.contacts([at(1, 0.7, 0.5)]);
		fingers.contacts([]);
		expect(inputBackend.drain().map(([phase, places]) => [phase, places.length])).toEqual([
			["down", 2],
			["up", 2],
		]);
		fingers.contacts([at(0, 0.4, 0.5)]);
		clock.advance(SECOND_FINGER_WITHIN);
		expect(inputBackend.drain()).toHaveLength(1);
	});

	test("a mouse button is a finger at once, and hovering is nothing", () => {
		const { inputBackend, fingers } = make();
		fingers.mouse(0.1, 0.2, false);
		fingers.mouse(0.5, 0.5, true);
		fingers.mouse(0.5, 0.6, true);
		fingers.mouse(0.5, 0.7, false);
		expect(inputBackend.drain()).toEqual([
			["down", [{ x: 0.5, y: 0.5 }], "none"],
			["move", [{ x: 0.5, y: 0.6 }], "none"],
			["up", [{ x: 0.5, y: 0.6 }], "none"],
		]);
	});

	test("the edge is that of the beginning: told by the contact, or found near to it", () => {
		const { inputBackend, fingers } = make();
		fingers.mouse(0.5, 0.99, true);
		fingers.mouse(0.5, 0.5, true);
		fingers.release();
		expect(inputBackend.drain().map((call) => call[2])).toEqual(["bottom", "bottom", "bottom"]);
		fingers.contacts([at(0, 0.5, 0.5, "left")]);
		fingers.contacts([at(0, 0.6, 0.5)]);
		fingers.contacts([]);
		expect(inputBackend.drain().map((call) => call[2])).toEqual(["left", "left", "left"]);
	});

	test("always put down before they move and are lifted, with as many fingers between", () => {
		const coordinate = fc.double({ min: 0, max: 1, noNaN: true });
		const contact = fc.record({ id: fc.integer({ min: 0, max: 4 }), x: coordinate, y: coordinate });
		const step = fc.oneof(
			fc.uniqueArray(contact, { selector: ({ id }) => id, maxLength: 4 }),
			fc.record({ x: coordinate, y: coordinate, down: fc.boolean() }),
			fc.integer({ min: 1, max: 40 }),
		);
		fc.assert(
			fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
				const { inputBackend, clock, fingers } = make();
				for (const one of steps) {
					if (typeof one === "number") clock.advance(one);
					else if (Array.isArray(one)) fingers.contacts(one);
					else fingers.mouse(one.x, one.y, one.down);
				}
				fingers.release();
				clock.advance(1000);
				let down = 0;
				for (const [phase, places] of inputBackend.calls as ["down" | "move" | "up", unknown[], string][]) {
					expect(down).toBe(phase === "down" ? 0 : places.length);
					expect([1, 2]).toContain(places.length);
					down = phase === "up" ? 0 : places.length;
				}
				expect(down).toBe(0);
			}),
		);
	});
});

const screen = { width: 440, height: 956 };
const edgeOf = (x: number, y: number) => edgeAt({ x: x / screen.width, y: y / screen.height }, screen);

describe("the edge that a touch comes over", () => {
	test.each([
		["left", edgeOf(EDGE_WITHIN.left - 0.5, 400), edgeOf(EDGE_WITHIN.left + 0.5, 400)],
		[
			"right",
			edgeOf(screen.width - EDGE_WITHIN.right + 0.5, 400),
			edgeOf(screen.width - EDGE_WITHIN.right - 0.5, 400),
		],
		["top", edgeOf(200, EDGE_WITHIN.top - 0.5), edgeOf(200, EDGE_WITHIN.top + 0.5)],
		[
			"bottom",
			edgeOf(200, screen.height - EDGE_WITHIN.bottom + 0.5),
			edgeOf(200, screen.height - EDGE_WITHIN.bottom - 0.5),
		],
	])("%s: within some points of it, and no further", (edge, near, far) => {
		expect(near).toBe(edge);
		expect(far).toBe("none");
	});

	test("in a corner is the bottom's or the top's", () => {
		expect(edgeOf(0, screen.height)).toBe("bottom");
		expect(edgeOf(screen.width, 0)).toBe("top");
	});
});
