import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import {
	deviceBezel,
	readChromeLayout,
} from "../../../../../server/devices/simulator/bezel/chrome-layout.ts";
import { bezelSchema } from "../../../../../signaling/protocol/device.ts";
import { PortholeError } from "../../../../../signaling/protocol/errors.ts";
import { IPHONE_CHROME_JSON, IPHONE_FRAME } from "../../../../fixtures/chrome/iphone-17-pro-max.ts";

const read = (json: object) => readChromeLayout(JSON.stringify(json));
const size = { width: 24, height: 100 };

describe("a frame's layout", () => {
	test("gives the iPhone 17 Pro Max its known numbers", () => {
		const layout = read(IPHONE_CHROME_JSON);
		const buttons = layout.buttons
			.filter(({ name }) => name !== "status-light")
			.map((button) => ({ button, size }));
		const bezel = deviceBezel(layout, IPHONE_FRAME.composite, buttons, "phone17-0");
		expect(bezel).toEqual({
			...IPHONE_FRAME.composite,
			screen: IPHONE_FRAME.screen,
			radius: IPHONE_FRAME.radius,
			version: "phone17-0",
			buttons: [
				{
					id: "volume-up",
					box: { x: 36 - 12, y: 260, ...size },
					hover: { x: -6, y: 0 },
					above: true,
					pressed: true,
				},
				{
					id: "lock",
					box: { x: 552 - 36 - 12, y: 300, ...size },
					hover: { x: 6, y: 0 },
					above: false,
					pressed: true,
				},
			],
		});
		expect(v.safeParse(bezelSchema, bezel).success).toBe(true);
	});

	test("leaves out inputs that it cannot read, and keeps the order of the others", () => {
		expect(read(IPHONE_CHROME_JSON).buttons.map(({ name }) => name)).toEqual([
			"volume-up",
			"power",
			"status-light",
		]);
	});

	test("has square corners where the border is wider than round, and takes pieces only if all are there", () => {
		const images = { sizing: { leftWidth: 90 }, top: "T", left: "L" };
		const layout = read({ images, paths: { simpleOutsideBorder: { cornerRadiusX: 80 } } });
		expect(layout).toMatchObject({ radius: 0, insets: { left: 90, top: 0 }, buttons: [] });
		expect(layout.slices).toBeUndefined();
		expect(layout.composite).toBeUndefined();
	});

	test("puts buttons of the top and bottom where they are told, from the right if they trail", () => {
		const input = (anchor: string, align: string) => ({
			...{ name: "home", image: "H", anchor, align },
			offsets: { normal: { x: -40, y: 8 } },
		});
		const layout = read({ images: {}, inputs: [input("top", "leading"), input("bottom", "trailing")] });
		const bezel = deviceBezel(
			layout,
			{ width: 400, height: 800 },
			layout.buttons.map((button) => ({ button, size: { width: 20, height: 10 } })),
			"x",
		);
		expect(bezel.buttons.map(({ box, hover }) => [box.x, box.y, hover])).toEqual([
			[-40, 3, { x: 0, y: 0 }],
			[360, 803, { x: 0, y: 0 }],
		]);
	});

	test("fails with a code on whatever is none, and never otherwise", () => {
		expect(() => readChromeLayout("{")).toThrow(expect.objectContaining({ code: "bad-answer" }));
		expect(() => read({ images: { composite: "../../../etc/passwd" } })).toThrow(
			expect.objectContaining({ code: "bad-answer" }),
		);
		fc.assert(
			fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
				try {
					readChromeLayout(text);
				} catch (error) {
					expect(error).toBeInstanceOf(PortholeError);
				}
			}),
		);
	});
});
