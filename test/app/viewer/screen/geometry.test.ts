import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fullSize, placeOn, type Room, screenSize } from "../../../../app/viewer/screen/geometry.ts";

const room: Room = {
	stage: { width: 1000, height: 800 },
	pixels: { width: 1280, height: 720 },
	points: { width: 640, height: 360 },
	density: 1,
};

function box(x: number, y: number, width: number, height: number): DOMRectReadOnly {
	return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height } as DOMRectReadOnly;
}

describe("fullSize", () => {
	const device = { width: 1366, height: 769 };

	it.each([
		["the small picture stands for", { width: 682, height: 384 }, device],
		[
			"the small picture of a turned device stands for",
			{ width: 384, height: 682 },
			{ width: 769, height: 1366 },
		],
		["its own picture stands for", { width: 1366, height: 768 }, { width: 1366, height: 768 }],
		["a picture of another size stands for", { width: 683, height: 384 }, { width: 683, height: 384 }],
	])("tells which size %s", (_, picture, size) => {
		expect(fullSize(picture, device)).toEqual(size);
	});
});

describe("screenSize", () => {
	it("fits the picture into the stage with its own aspect", () => {
		expect(screenSize("fit", room)).toEqual({ width: 1000, height: 562.5 });
	});

	it("covers the stage when asked to fill it", () => {
		const { width, height } = screenSize("fill", room);
		expect(height).toBe(800);
		expect(width).toBeCloseTo(1422.2, 1);
	});

	it("shows the device's points at natural size", () => {
		expect(screenSize("actual", room)).toEqual({ width: 640, height: 360 });
	});

	it("gives up a little room so that device pixels fall on whole screen pixels", () => {
		const stage = { width: 1330, height: 800 };
		expect(screenSize("fit", { ...room, stage })).toEqual({ width: 1280, height: 720 });
		expect(screenSize("fit", { ...room, stage, density: 2 })).toEqual({ width: 1280, height: 720 });
	});

	it("does not snap when that would cost more than the room is worth", () => {
		const stage = { width: 1500, height: 900 };
		expect(screenSize("fit", { ...room, stage }).width).toBe(1500);
	});

	it("never leaves the stage and never changes the aspect when it fits", () => {
		const size = fc.record({
			width: fc.integer({ min: 1, max: 8000 }),
			height: fc.integer({ min: 1, max: 8000 }),
		});
		fc.assert(
			fc.property(size, size, fc.constantFrom(1, 1.5, 2, 3), (stage, pixels, density) => {
				const shown = screenSize("fit", { stage, pixels, points: pixels, density });
				expect(shown.width).toBeLessThanOrEqual(stage.width * (1 + 1e-9));
				expect(shown.height).toBeLessThanOrEqual(stage.height * (1 + 1e-9));
				expect(shown.width * pixels.height).toBeCloseTo(shown.height * pixels.width, 2);
			}),
		);
	});
});

describe("placeOn", () => {
	it("tells places from the top left of the screen", () => {
		expect(placeOn(box(100, 50, 400, 200), 100, 50)).toEqual({ x: 0, y: 0 });
		expect(placeOn(box(100, 50, 400, 200), 300, 100)).toEqual({ x: 0.5, y: 0.25 });
	});

	it("keeps places inside 0..1 however far outside they are", () => {
		expect(placeOn(box(100, 50, 400, 200), -9e9, 9e9)).toEqual({ x: 0, y: 1 });
		expect(placeOn(box(100, 50, 0, 0), 120, 60)).toEqual({ x: 0, y: 0 });
	});

	it("follows the screen through letterbox and zoom, since both only move its box", () => {
		fc.assert(
			fc.property(
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.integer({ min: -500, max: 500 }),
				fc.integer({ min: 1, max: 5000 }),
				(x, y, offset, length) => {
					const screen = box(offset, -offset, length, length / 2);
					const at = placeOn(screen, screen.left + x * screen.width, screen.top + y * screen.height);
					expect(at.x).toBeCloseTo(x, 6);
					expect(at.y).toBeCloseTo(y, 6);
				},
			),
		);
	});
});
