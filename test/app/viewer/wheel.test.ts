import { describe, expect, it } from "vitest";
import { scrollOf } from "../../../app/viewer/wheel.ts";

const shown = { width: 640, height: 360 };
const pixels = { width: 1280, height: 720 };
const still = { deltaX: 0, deltaY: 0, deltaMode: 0, shiftKey: false };

describe("scrollOf", () => {
	it("scales CSS pixels as the screen is scaled", () => {
		expect(scrollOf({ ...still, deltaX: 10, deltaY: -50 }, shown, pixels)).toEqual({ dx: 20, dy: -100 });
	});

	it("turns lines and pages into pixels", () => {
		expect(scrollOf({ ...still, deltaY: 3, deltaMode: 1 }, shown, shown)).toEqual({ dx: 0, dy: 120 });
		expect(scrollOf({ ...still, deltaY: 1, deltaMode: 2 }, shown, pixels)).toEqual({ dx: 0, dy: 720 });
	});

	it("turns a wheel sideways with Shift, unless the browser already did", () => {
		expect(scrollOf({ ...still, deltaY: 5, shiftKey: true }, shown, shown)).toEqual({ dx: 5, dy: 0 });
		expect(scrollOf({ ...still, deltaX: 5, deltaY: 1, shiftKey: true }, shown, shown)).toEqual({
			dx: 5,
			dy: 1,
		});
	});

	it("never scrolls further than one message may", () => {
		expect(scrollOf({ ...still, deltaY: -1e9 }, shown, pixels)).toEqual({ dx: 0, dy: -10_000 });
	});

	it("takes a screen that is not laid out yet", () => {
		expect(scrollOf({ ...still, deltaY: 7 }, { width: 0, height: 0 }, pixels)).toEqual({ dx: 0, dy: 7 });
	});
});
