import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Contact } from "../../../../../server/devices/provider.ts";
import { Fingers, SECOND_FINGER_WITHIN } from "../../../../../server/devices/simulator/input/fingers.ts";
import { FakeClock } from "../../../../fakes/fake-clock.ts";
import { RecordingHands } from "../../../../fakes/recording-hands.ts";

const points = { width: 400, height: 800 };

function make() {
	const hands = new RecordingHands();
	const clock = new FakeClock();
	return { hands, clock, fingers: new Fingers(hands, clock, () => points) };
}

const at = (id: number, x: number, y: number, edge?: Contact["edge"]): Contact => ({
	id,
	x,
	y,
	...(edge === undefined ? {} : { edge }),
});

describe("fingers", () => {
	test("one is put down once no second one came, moves and is lifted where it was", () => {
		const { hands, clock, fingers } = make();
		fingers.contacts([at(0, 0.5, 0.5)]);
		expect(hands.drain()).toEqual([]);
		clock.advance(SECOND_FINGER_WITHIN);
		expect(hands.drain()).toEqual([["down", [{ x: 0.5, y: 0.5 }], "none"]]);
		fingers.contacts([at(0, 0.6, 0.5)]);
		fingers.contacts([at(0, 0.6, 0.5)]);
		fingers.contacts([]);
		expect(hands.drain()).toEqual([
			["move", [{ x: 0.6, y: 0.5 }], "none"],
			["up", [{ x: 0.6, y: 0.5 }], "none"],
		]);
	});

	test("one that moves or is lifted early is not held back any longer", () => {
		const { hands, fingers, clock } = make();
		fingers.contacts([at(0, 0.5, 0.5)]);
		fingers.contacts([]);
		fingers.contacts([at(0, 0.2, 0.5)]);
		fingers.contacts([at(0, 0.3, 0.5)]);
		expect(hands.drain().map(([phase]) => phase)).toEqual(["down", "up", "down", "move"]);
		clock.advance(1000);
		expect(hands.drain()).toEqual([]);
	});

	test("two that come shortly after each other are one touch of two from the start", () => {
		const { hands, fingers, clock } = make();
		fingers.contacts([at(3, 0.4, 0.5)]);
		clock.advance(SECOND_FINGER_WITHIN - 1);
		fingers.contacts([at(1, 0.6, 0.5), at(3, 0.4, 0.5)]);
		const places = [
			{ x: 0.4, y: 0.5 },
			{ x: 0.6, y: 0.5 },
		];
		expect(hands.drain()).toEqual([["down", places, "none"]]);
		fingers.contacts([at(1, 0.7, 0.5), at(3, 0.3, 0.5), at(5, 0.1, 0.1)]);
		expect(hands.drain()).toEqual([
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
		const { hands, fingers, clock } = make();
		fingers.contacts([at(0, 0.4, 0.5)]);
		clock.advance(SECOND_FINGER_WITHIN);
		fingers.contacts([at(0, 0.4, 0.5), at(1, 0.6, 0.5)]);
		expect(hands.drain().map(([phase, places]) => [phase, places.length])).toEqual([
			["down", 1],
			["up", 1],
			["down", 2],
		]);
	});

	test("what is left of two does nothing more until all are lifted", () => {
		const { hands, fingers, clock } = make();
		fingers.contacts([at(0, 0.4, 0.5), at(1, 0.6, 0.5)]);
		fingers.contacts([at(1, 0.6, 0.5)]);
		fingers.contacts([at(1, 0.7, 0.5)]);
		fingers.contacts([]);
		expect(hands.drain().map(([phase, places]) => [phase, places.length])).toEqual([
			["down", 2],
			["up", 2],
		]);
		fingers.contacts([at(0, 0.4, 0.5)]);
		clock.advance(SECOND_FINGER_WITHIN);
		expect(hands.drain()).toHaveLength(1);
	});

	test("a mouse button is a finger at once, and hovering is nothing", () => {
		const { hands, fingers } = make();
		fingers.mouse(0.1, 0.2, false);
		fingers.mouse(0.5, 0.5, true);
		fingers.mouse(0.5, 0.6, true);
		fingers.mouse(0.5, 0.7, false);
		expect(hands.drain()).toEqual([
			["down", [{ x: 0.5, y: 0.5 }], "none"],
			["move", [{ x: 0.5, y: 0.6 }], "none"],
			["up", [{ x: 0.5, y: 0.6 }], "none"],
		]);
	});

	test("the edge is that of the beginning: told by the contact, or found near to it", () => {
		const { hands, fingers } = make();
		fingers.mouse(0.5, 0.99, true);
		fingers.mouse(0.5, 0.5, true);
		fingers.release();
		expect(hands.drain().map((call) => call[2])).toEqual(["bottom", "bottom", "bottom"]);
		fingers.contacts([at(0, 0.5, 0.5, "left")]);
		fingers.contacts([at(0, 0.6, 0.5)]);
		fingers.contacts([]);
		expect(hands.drain().map((call) => call[2])).toEqual(["left", "left", "left"]);
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
				const { hands, clock, fingers } = make();
				for (const one of steps) {
					if (typeof one === "number") clock.advance(one);
					else if (Array.isArray(one)) fingers.contacts(one);
					else fingers.mouse(one.x, one.y, one.down);
				}
				fingers.release();
				clock.advance(1000);
				let down = 0;
				for (const [phase, places] of hands.calls as ["down" | "move" | "up", unknown[], string][]) {
					expect(down).toBe(phase === "down" ? 0 : places.length);
					expect([1, 2]).toContain(places.length);
					down = phase === "up" ? 0 : places.length;
				}
				expect(down).toBe(0);
			}),
		);
	});
});
