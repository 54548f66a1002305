import { describe, expect, test } from "vitest";
import { asciiKeyOf } from "../../../../../server/devices/simulator/input/ascii-keys.ts";
import { keyUsageOf } from "../../../../../server/devices/simulator/input/key-usages.ts";

describe("characters of US-ASCII", () => {
	test("all have a key with a usage, each its own", () => {
		const printable = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index));
		const keys = printable.map((character) => asciiKeyOf(character));
		expect(keys.every((key) => key && keyUsageOf(key.code) !== undefined)).toBe(true);
		expect(new Set(keys.map((key) => `${key?.code} ${key?.shift}`)).size).toBe(printable.length);
		expect(asciiKeyOf("ä")).toBeUndefined();
	});

	test.each([
		["a", "KeyA", false],
		["Q", "KeyQ", true],
		["!", "Digit1", true],
		["0", "Digit0", false],
		[")", "Digit0", true],
		["_", "Minus", true],
		['"', "Quote", true],
		["\n", "Enter", false],
	])("%j is %s", (character, code, shift) => {
		expect(asciiKeyOf(character)).toEqual({ code, shift });
	});
});
