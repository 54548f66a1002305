import { describe, expect, it } from "vitest";
import { LONG_PRESS, TouchPointer } from "../../../../app/viewer/input/touch-pointer.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";

function setUp() {
	const clock = new FakeClock();
	const sent: [number, number, number][] = [];
	const pointer = new TouchPointer(
		({ x, y, buttons }) => sent.push([x, y, buttons]),
		(ms, callback) => clock.after(ms, callback),
	);
	const finger = (x: number, y: number) => pointer.contacts([{ id: 0, x, y }]);
	return { clock, sent, finger, lift: () => pointer.contacts([]) };
}

describe("TouchPointer", () => {
	it("makes a click of a tap, where it began", () => {
		const { sent, finger, lift, clock } = setUp();
		finger(0.5, 0.5);
		finger(0.502, 0.5);
		lift();
		clock.advance(1000);
		expect(sent).toEqual([
			[0.5, 0.5, 0],
			[0.502, 0.5, 1],
			[0.502, 0.5, 0],
		]);
	});

	it("presses where a drag began and follows it", () => {
		const { sent, finger, lift } = setUp();
		finger(0.2, 0.2);
		finger(0.3, 0.2);
		finger(0.4, 0.2);
		lift();
		expect(sent).toEqual([
			[0.2, 0.2, 0],
			[0.2, 0.2, 1],
			[0.3, 0.2, 1],
			[0.4, 0.2, 1],
			[0.4, 0.2, 0],
		]);
	});

	it("makes a right click of a long press, and nothing more of the finger then", () => {
		const { sent, finger, lift, clock } = setUp();
		finger(0.5, 0.5);
		clock.advance(LONG_PRESS);
		finger(0.9, 0.9);
		lift();
		expect(sent).toEqual([
			[0.5, 0.5, 0],
			[0.5, 0.5, 2],
			[0.5, 0.5, 0],
		]);
	});

	it("does not take a slow drag for a long press", () => {
		const { sent, finger, clock } = setUp();
		finger(0.5, 0.5);
		finger(0.7, 0.5);
		clock.advance(LONG_PRESS * 2);
		expect(sent.some(([, , buttons]) => buttons === 2)).toBe(false);
	});
});
