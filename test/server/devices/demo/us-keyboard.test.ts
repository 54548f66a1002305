import { describe, expect, it } from "vitest";
import { UsKeyboard } from "../../../../server/devices/demo/us-keyboard.ts";

function type(...codes: string[]): string {
	const keyboard = new UsKeyboard();
	let text = "";
	for (const code of codes) {
		const held = code.endsWith("+");
		const action = keyboard.press(held ? code.slice(0, -1) : code);
		if (action?.type === "insert") text += action.text;
		if (!held) keyboard.release(code);
	}
	return text;
}

describe("the demo's keyboard", () => {
	it("types letters, digits and signs of a US layout", () => {
		expect(type("KeyH", "KeyI", "Space", "Digit1", "Comma", "Slash", "Backquote")).toBe("hi 1,/`");
		expect(type("Numpad4", "NumpadAdd", "Numpad2", "NumpadDecimal")).toBe("4+2.");
	});

	it("types the upper level while either Shift is held", () => {
		expect(type("ShiftLeft+", "KeyH", "Digit1", "Quote")).toBe('H!"');
		expect(type("ShiftRight+", "Minus", "BracketLeft", "Period")).toBe("_{>");
	});

	it("turns letters, and only letters, around with Caps Lock", () => {
		expect(type("CapsLock", "KeyA", "Digit1", "ShiftLeft+", "KeyA")).toBe("A1a");
		expect(type("CapsLock", "CapsLock", "KeyA")).toBe("a");
	});

	it("types nothing with Control, Alt or Meta held", () => {
		for (const modifier of ["ControlLeft", "ControlRight", "AltLeft", "AltRight", "MetaLeft", "MetaRight"]) {
			expect(type(`${modifier}+`, "KeyC")).toBe("");
		}
	});

	it("knows the editing keys", () => {
		const keyboard = new UsKeyboard();
		expect(keyboard.press("Backspace")).toEqual({ type: "backspace" });
		expect(keyboard.press("Delete")).toEqual({ type: "delete" });
		expect(keyboard.press("ArrowLeft")).toEqual({ type: "left" });
		expect(keyboard.press("Home")).toEqual({ type: "start" });
		expect(keyboard.press("NumpadEnter")).toEqual({ type: "enter" });
		expect(keyboard.press("F5")).toBeUndefined();
		expect(keyboard.press("constructor")).toBeUndefined();
	});

	it("has a sign for every key of the writing block", () => {
		const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => `Key${letter}`);
		const digits = [..."0123456789"].map((digit) => `Digit${digit}`);
		const others =
			"Backquote Minus Equal BracketLeft BracketRight Backslash Semicolon Quote Comma Period Slash Space";
		for (const code of [...letters, ...digits, ...others.split(" ")]) {
			expect(type(code), code).toHaveLength(1);
			expect(type("ShiftLeft+", code), code).toHaveLength(1);
		}
	});
});
