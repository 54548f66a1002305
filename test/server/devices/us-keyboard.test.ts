import { describe, expect, it } from "vitest";
import { usCharacter, usKeyOf } from "../../../server/devices/us-keyboard.ts";

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

describe("usKeyOf", () => {
	it("finds a key for every printable ASCII character, and that key gives it", () => {
		for (let point = 0x20; point < 0x7f; point++) {
			const character = String.fromCodePoint(point);
			const key = usKeyOf(character);
			expect(key && usCharacter(key.code, key.shift)).toBe(character);
		}
	});

	it("takes none of the number pad, and the one without Shift where two have it", () => {
		expect(usKeyOf("+")).toEqual({ code: "Equal", shift: true });
		expect(usKeyOf(".")).toEqual({ code: "Period", shift: false });
		expect(usKeyOf(" ")).toEqual({ code: "Space", shift: false });
		expect(usKeyOf("ä")).toBeUndefined();
	});
});
