import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOTCH, WheelNotches } from "../../../../server/devices/x11/wheel-notches.ts";

describe("wheel notches", () => {
	it("turns once for each notch of a wheel, either way", () => {
		const wheel = new WheelNotches();
		expect(wheel.turn(0, NOTCH)).toEqual({ dx: 0, dy: 1 });
		expect(wheel.turn(0, -2 * NOTCH)).toEqual({ dx: 0, dy: -2 });
		expect(wheel.turn(-NOTCH, 0)).toEqual({ dx: -1, dy: 0 });
	});

	it("adds up the small steps of a touch pad", () => {
		const wheel = new WheelNotches();
		let turned = 0;
		for (let step = 0; step < 53; step++) turned += wheel.turn(0, 10).dy;
		expect(turned).toBe(10);
	});

	it("loses nothing over any number of steps in one direction", () => {
		fc.assert(
			fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 50 }), (steps) => {
				const wheel = new WheelNotches();
				let turned = 0;
				for (const step of steps) turned += wheel.turn(step, 0).dx;
				const way = steps.reduce((sum, step) => sum + step, 0);
				expect(Math.abs(way - turned * NOTCH)).toBeLessThan(NOTCH + 1e-6);
			}),
		);
	});

	it("keeps the axes apart", () => {
		const wheel = new WheelNotches();
		wheel.turn(40, 0);
		expect(wheel.turn(0, 40)).toEqual({ dx: 0, dy: 0 });
		expect(wheel.turn(13, 0)).toEqual({ dx: 1, dy: 0 });
	});

	it("turns back at once, without what was left of the other direction", () => {
		const wheel = new WheelNotches();
		wheel.turn(0, 50);
		expect(wheel.turn(0, -NOTCH)).toEqual({ dx: 0, dy: -1 });
	});

	it("cuts what is farther than any screen", () => {
		const wheel = new WheelNotches();
		expect(wheel.turn(0, 1e9)).toEqual({ dx: 0, dy: 30 });
		expect(wheel.turn(0, 1)).toEqual({ dx: 0, dy: 0 });
	});

	it("never gives a negative zero, which the addon would be asked to turn by", () => {
		expect(Object.is(new WheelNotches().turn(-1, -1).dx, 0)).toBe(true);
	});
});
