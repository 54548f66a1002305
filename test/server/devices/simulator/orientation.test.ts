import { describe, expect, test } from "vitest";
import { pictureTurnOf, turned } from "../../../../server/devices/simulator/orientation.ts";
import type { Orientation } from "../../../../signaling/protocol/device.ts";

const phone = { width: 1206, height: 2622 };
const lying = { width: 2622, height: 1206 };
const ways: readonly Orientation[] = [
	"portrait",
	"landscape-left",
	"portrait-upside-down",
	"landscape-right",
];

describe("how a simulator is held", () => {
	test("goes round in quarters, there and back", () => {
		for (const [at, way] of ways.entries()) {
			expect(turned(way, "left")).toBe(ways[(at + 1) % 4]);
			expect(turned(turned(way, "left"), "right")).toBe(way);
		}
	});

	test("turns its framebuffer's picture as a hand turns the device", () => {
		const angles = ways.map((way) => pictureTurnOf(way, phone, phone) ?? 0);
		// Each a quarter against the clock from the one before.
		expect(angles).toEqual([0, 270, 180, 90]);
	});

	test("turns nothing that lies already where the panel stands", () => {
		expect(ways.map((way) => pictureTurnOf(way, lying, phone))).toEqual([
			undefined,
			undefined,
			180,
			undefined,
		]);
	});

	test("takes a panel that nobody told of for upright, and one that lies for lying", () => {
		expect(pictureTurnOf("landscape-left", phone, undefined)).toBe(270);
		expect(pictureTurnOf("landscape-left", lying, undefined)).toBeUndefined();
		expect(pictureTurnOf("landscape-left", lying, lying)).toBe(270);
	});
});
