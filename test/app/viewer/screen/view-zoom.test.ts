import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noZoom, pinched, ViewZoom } from "../../../../app/viewer/screen/view-zoom.ts";

const screen = { width: 400, height: 800 };

describe("pinched", () => {
	it("keeps what was between the fingers between them", () => {
		const zoom = pinched(noZoom, { x: 200, y: 400, spread: 100 }, { x: 200, y: 400, spread: 200 }, screen);
		expect(zoom).toEqual({ scale: 2, x: -200, y: -400 });
		const moved = pinched(zoom, { x: 200, y: 400, spread: 200 }, { x: 250, y: 380, spread: 200 }, screen);
		expect(moved).toEqual({ scale: 2, x: -150, y: -420 });
	});

	it("never shrinks below the screen's own place, nor grows without end", () => {
		const from = { x: 10, y: 10, spread: 100 };
		expect(pinched(noZoom, from, { ...from, spread: 1 }, screen)).toEqual(noZoom);
		expect(pinched(noZoom, from, { ...from, spread: 1e6 }, screen).scale).toBe(6);
	});

	it("takes fingers at the same place", () => {
		const zoom = pinched(noZoom, { x: 5, y: 5, spread: 0 }, { x: 5, y: 5, spread: 50 }, screen);
		expect(zoom.scale).toBe(1);
	});

	it("always covers the screen's own place", () => {
		const number = fc.double({ min: 0, max: 800, noNaN: true });
		const pinch = fc.record({ x: number, y: number, spread: number });
		fc.assert(
			fc.property(fc.array(fc.tuple(pinch, pinch), { maxLength: 20 }), (steps) => {
				const zoom = new ViewZoom();
				for (const [from, to] of steps) zoom.pinch(from, to, screen);
				const { scale, x, y } = zoom.get();
				expect(x).toBeLessThanOrEqual(0);
				expect(y).toBeLessThanOrEqual(0);
				expect(x + screen.width * scale).toBeGreaterThanOrEqual(screen.width - 1e-6);
				expect(y + screen.height * scale).toBeGreaterThanOrEqual(screen.height - 1e-6);
			}),
		);
	});
});
