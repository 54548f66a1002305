import { describe, expect, test } from "vitest";
import {
	asciiKeyOf,
	keyUsageOf,
	knownKeyCodes,
} from "../../../../../server/devices/simulator/input/hid-keys.ts";
import { knownKeyCodes as x11Codes } from "../../../../../server/devices/x11/evdev-codes.ts";

describe("usages of keys", () => {
	test.each([
		["KeyA", 0x04],
		["KeyZ", 0x1d],
		["Digit1", 0x1e],
		["Digit9", 0x26],
		["Digit0", 0x27],
		["Enter", 0x28],
		["Escape", 0x29],
		["Backspace", 0x2a],
		["Tab", 0x2b],
		["Space", 0x2c],
		["Minus", 0x2d],
		["Slash", 0x38],
		["CapsLock", 0x39],
		["F1", 0x3a],
		["F12", 0x45],
		["F13", 0x68],
		["F24", 0x73],
		["Delete", 0x4c],
		["ArrowRight", 0x4f],
		["ArrowLeft", 0x50],
		["ArrowDown", 0x51],
		["ArrowUp", 0x52],
		["Numpad1", 0x59],
		["Numpad0", 0x62],
		["ControlLeft", 0xe0],
		["ShiftLeft", 0xe1],
		["AltLeft", 0xe2],
		["MetaLeft", 0xe3],
		["MetaRight", 0xe7],
	])("%s is 0x%s", (code, usage) => {
		expect(keyUsageOf(code)).toBe(usage);
	});

	test("are there for every key of a normal keyboard, and for no others", () => {
		const ordinary = x11Codes().filter((code) =>
			/^(Key|Digit|Numpad\d|Arrow|F\d|Shift|Control|Alt|Meta|Bracket|Page)/.test(code),
		);
		expect(ordinary.filter((code) => keyUsageOf(code) === undefined)).toEqual([]);
		expect(keyUsageOf("toString")).toBeUndefined();
		expect(keyUsageOf("BrowserBack")).toBeUndefined();
		const used = knownKeyCodes().map((code) => keyUsageOf(code) ?? 0);
		expect(used.every((usage) => usage >= 0x04 && usage <= 0xe7)).toBe(true);
	});
});

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
