import { describe, expect, it } from "vitest";
import { clockStrip } from "../../../../server/devices/demo/clock-strip.ts";
import { overlap, type Rectangle, union } from "../../../../server/devices/demo/geometry.ts";
import { layoutScreen, SCALE } from "../../../../server/devices/demo/layout.ts";

describe.each(["portrait", "landscape"] as const)("layout in %s", (orientation) => {
	const layout = layoutScreen(orientation);
	const controls: Record<string, Rectangle> = {
		strip: layout.strip,
		statusBar: layout.statusBar,
		headline: layout.headline,
		wavesSwitch: layout.wavesSwitch,
		touchCanvas: layout.touchCanvas,
		textField: layout.textField,
		count: layout.buttons[0],
		colour: layout.buttons[1],
		clear: layout.buttons[2],
		homeIndicator: layout.homeIndicator,
	};

	it("keeps everything on the screen", () => {
		for (const area of [...Object.values(controls), layout.sheet, layout.sky, layout.sea]) {
			expect(union(area, layout.screen)).toEqual(layout.screen);
		}
	});

	it("lets nothing lie on anything else", () => {
		const all = Object.entries(controls);
		for (const [index, [name, area]] of all.entries()) {
			for (const [otherName, other] of all.slice(index + 1)) {
				expect(overlap(area, other), `${name} and ${otherName}`).toBe(false);
			}
		}
	});

	it("gives fingers at least 44 points to touch", () => {
		for (const target of [layout.wavesSwitch, layout.textField, ...layout.buttons]) {
			expect(target.height).toBeGreaterThanOrEqual(44);
			expect(target.width).toBeGreaterThanOrEqual(44);
		}
	});

	it("has room for the clock strip in a band of its own", () => {
		expect(layout.strip.width * SCALE).toBeGreaterThanOrEqual(clockStrip.cell * clockStrip.cells);
		expect(layout.strip.height * SCALE).toBe(clockStrip.cell);
	});

	it("moves only water that is there", () => {
		for (const area of layout.openWater) {
			const top = layout.sea.y - 5;
			expect(area.y).toBeGreaterThanOrEqual(top);
			expect(area.x + area.width).toBeLessThanOrEqual(layout.sea.x + layout.sea.width);
			expect(area.y + area.height).toBeLessThanOrEqual(layout.sea.y + layout.sea.height);
		}
	});
});

it("is 360 by 780 points, on either side", () => {
	expect(layoutScreen("portrait").screen).toEqual({ x: 0, y: 0, width: 360, height: 780 });
	expect(layoutScreen("landscape").screen).toEqual({ x: 0, y: 0, width: 780, height: 360 });
});
