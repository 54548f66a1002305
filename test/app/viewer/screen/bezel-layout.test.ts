import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	type BezelTurn,
	holdBezel,
	nearestAngle,
	screenShare,
} from "../../../../app/viewer/screen/bezel-layout.ts";
import type { DeviceBezel, Orientation } from "../../../../signaling/protocol/device.ts";

const bezel: DeviceBezel = {
	width: 430,
	height: 900,
	screen: { x: 10, y: 20, width: 390, height: 844 },
	radius: 50,
	version: "v1",
	buttons: [],
};
const upright = { width: 1170, height: 2532 };
const lying = { width: 2532, height: 1170 };
const hold = (orientation: Orientation | undefined, picture = upright) =>
	holdBezel(bezel, orientation, picture);

describe("a bezel that is held", () => {
	it.each([
		["portrait", upright, 0, { top: 20, right: 30, bottom: 36, left: 10 }],
		["landscape-right", lying, 90, { top: 10, right: 20, bottom: 30, left: 36 }],
		["portrait-upside-down", upright, 180, { top: 36, right: 10, bottom: 20, left: 30 }],
		["landscape-left", lying, -90, { top: 30, right: 36, bottom: 10, left: 20 }],
	] as const)("in %s has its sides around the screen accordingly", (orientation, picture, turn, around) => {
		const held = hold(orientation, picture);
		expect(held).toMatchObject({ turn, around });
		const { size } = held as NonNullable<typeof held>;
		const shape = turn === 0 || turn === 180 ? bezel.screen : { width: 844, height: 390 };
		expect(size.width - around.left - around.right).toBe(shape.width);
		expect(size.height - around.top - around.bottom).toBe(shape.height);
	});

	it("goes by its picture while the device says otherwise, or nothing", () => {
		expect(hold("landscape-left", upright)?.turn).toBe(0);
		expect(hold("portrait", lying)?.turn).toBe(90);
		expect(hold(undefined, lying)?.turn).toBe(90);
		expect(hold(undefined, upright)?.turn).toBe(0);
	});

	it("is not shown around a picture of another shape, but around one that was rounded", () => {
		expect(hold("portrait", { width: 1920, height: 1080 })).toBeUndefined();
		expect(hold("portrait", { width: 584, height: 1264 })?.turn).toBe(0);
	});

	it("leaves the screen its share", () => {
		const held = hold("portrait");
		expect(held && screenShare(held)).toEqual({
			width: expect.closeTo(390 / 430),
			height: expect.closeTo(844 / 900),
		});
	});
});

describe("the angle of a turn", () => {
	it("is the one next to the present angle", () => {
		expect(nearestAngle(-90, 180)).toBe(-180);
		expect(nearestAngle(90, 180)).toBe(180);
		expect(nearestAngle(-180, -90)).toBe(-90);
		expect(nearestAngle(450, 0)).toBe(360);
		fc.assert(
			fc.property(
				fc.integer({ min: -20, max: 20 }),
				fc.constantFrom<BezelTurn>(0, 90, 180, -90),
				(quarters, turn) => {
					const angle = nearestAngle(quarters * 90, turn);
					expect(Math.abs(angle - quarters * 90)).toBeLessThanOrEqual(180);
					expect((angle - turn) % 360).toBeCloseTo(0);
				},
			),
		);
	});
});
