import { describe, expect, it } from "vitest";
import { usCharacter } from "../../../app/viewer/us-layout.ts";

describe("usCharacter", () => {
	it.each([
		["KeyZ", "z", "Z"],
		["Digit0", "0", ")"],
		["Digit9", "9", "("],
		["Backslash", "\\", "|"],
		["Quote", "'", '"'],
		["Space", " ", " "],
		["Numpad5", "5", "5"],
		["NumpadAdd", "+", "+"],
	])("knows what %s gives", (code, plain, shifted) => {
		expect(usCharacter(code, false)).toBe(plain);
		expect(usCharacter(code, true)).toBe(shifted);
	});

	it("knows of no character for keys that give none", () => {
		for (const code of ["Enter", "F1", "KeyAA", "Digit10", "IntlBackslash", "constructor", ""]) {
			expect(usCharacter(code, false)).toBeUndefined();
		}
	});
});
