import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { demoBezel } from "../../../server/devices/demo/bezel.ts";
import { bezelImageName, deviceSchema } from "../../../signaling/protocol/device.ts";
import { describeDevice } from "../../support/signaling-harness.ts";

const takes = (more: object) => v.safeParse(deviceSchema, { ...describeDevice("phone"), ...more }).success;
const button = demoBezel.buttons[0];

describe("a described device", () => {
	it("may have a frame, a way to be held and a power switch", () => {
		const described = { ...describeDevice("phone"), bezel: demoBezel };
		expect(v.parse(deviceSchema, described)).toEqual(described);
		expect(
			takes({ bezel: { ...demoBezel, masked: true }, orientation: "landscape-left", power: "stopping" }),
		).toBe(true);
		expect(takes({ state: "off", power: "off" })).toBe(true);
		expect(v.parse(deviceSchema, { ...described, rotation: 270 })).toMatchObject({ rotation: 270 });
	});

	it.each([
		["17 buttons", { bezel: { ...demoBezel, buttons: Array(17).fill(button) } }],
		["a frame of no number", { bezel: { ...demoBezel, width: Number.NaN } }],
		["a frame as large as a house", { bezel: { ...demoBezel, height: 4001 } }],
		["a version that is a path", { bezel: { ...demoBezel, version: "../secret" } }],
		[
			"a button whose pictures could not be named",
			{ bezel: { ...demoBezel, buttons: [{ ...button, id: "A" }] } },
		],
		["another way to be held", { orientation: "sideways" }],
		["a picture turned by less than a quarter", { rotation: 45 }],
		["a picture turned by nothing, which is said by saying nothing", { rotation: 0 }],
		["a power of its own", { power: "hibernating" }],
	])("has not %s", (_, more) => {
		expect(takes(more)).toBe(false);
	});
});

describe("the name of a frame's picture", () => {
	it("is never a path or a query, whatever is asked for", () => {
		for (const { id } of demoBezel.buttons) {
			for (const name of [`button-${id}`, `button-${id}-pressed`])
				expect(v.is(bezelImageName, name), name).toBe(true);
		}
		fc.assert(
			fc.property(fc.string(), (text) => {
				if (v.is(bezelImageName, text)) expect(text).toMatch(/^[a-z0-9-]{4,39}$/);
			}),
		);
	});
});
