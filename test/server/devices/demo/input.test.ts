import { describe, expect, it } from "vitest";
import { DemoClipboard } from "../../../../server/devices/demo/clipboard.ts";
import { DemoInput, UsKeyboard } from "../../../../server/devices/demo/input.ts";
import { PhoneScreen } from "../../../../server/devices/demo/phone-screen.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";

function start() {
	const clock = new FakeClock();
	const screen = new PhoneScreen(clock.wall);
	let heard = 0;
	const clipboard = new DemoClipboard();
	const input = new DemoInput(screen, clipboard, clock, () => heard++);
	return { clock, screen, input, clipboard, heard: () => heard };
}

describe("the demo's input", () => {
	it("types keys by position and text as it is", () => {
		const { screen, input } = start();
		input.key("ShiftLeft", true);
		input.key("KeyH", true);
		input.key("KeyH", false);
		input.key("ShiftLeft", false);
		input.key("KeyI", true);
		input.key("KeyI", false);
		input.text(", 世界");
		expect(screen.text).toBe("Hi, 世界");
	});

	it.each(["ControlLeft", "MetaRight"])(
		"pastes what was put on its clipboard with %s and V, once",
		async (modifier) => {
			const { clock, screen, input, clipboard } = start();
			await clipboard.write({ format: "text", text: "Grüße\n世界" });
			input.key(modifier, true);
			input.key("KeyV", true);
			clock.advance(2_000);
			input.key("KeyV", false);
			input.key(modifier, false);
			expect(screen.text).toBe("Grüße 世界");
		},
	);

	it("copies its field with Control and C, and tells of it", async () => {
		const { input, clipboard } = start();
		let copies = 0;
		clipboard.onCopy(() => copies++);
		input.key("ControlLeft", true);
		input.key("KeyC", true);
		expect([await clipboard.read(), copies]).toEqual([undefined, 0]);
		input.text("typed");
		input.key("KeyC", false);
		input.key("KeyC", true);
		expect([await clipboard.read(), copies]).toEqual([{ format: "text", text: "typed" }, 1]);
		await expect(clipboard.write({ format: "image", png: Uint8Array.of(1) })).rejects.toMatchObject({
			code: "unsupported",
		});
	});

	it("repeats a key that is held, and stops with the key", () => {
		const { clock, screen, input } = start();
		input.key("KeyA", true);
		clock.advance(440);
		expect(screen.text).toBe("a");
		clock.advance(10 + 3 * 35);
		expect(screen.text).toBe("aaaaa");
		input.key("KeyA", false);
		clock.advance(5000);
		expect(screen.text).toBe("aaaaa");
		expect(clock.pending).toBe(0);
	});

	it("makes it louder and quieter for as long as a button is held, and shows that for a moment", () => {
		const { clock, screen, input } = start();
		const busy = () => {
			screen.advance(clock.now());
			return screen.busy;
		};
		screen.touch([{ id: 0, x: 0.9, y: 0.32 }]);
		screen.touch([]);
		clock.advance(1_000);
		busy();
		expect([screen.volume, busy()]).toEqual([8, false]);
		input.button("volume-up", true);
		expect([screen.volume, busy()]).toEqual([9, true]);
		input.button("volume-up", false);
		clock.advance(1_400);
		expect([screen.volume, busy()]).toEqual([9, true]);
		clock.advance(200);
		expect([screen.volume, busy()]).toEqual([9, false]);
		input.button("volume-down", true);
		clock.advance(10_000);
		expect(screen.volume).toBe(0);
		input.button("volume-down", false);
		expect(clock.pending).toBe(0);
	});

	it("repeats only the key that went down last", () => {
		const { clock, screen, input } = start();
		input.key("KeyA", true);
		input.key("KeyB", true);
		input.key("KeyA", false);
		clock.advance(460);
		expect(screen.text).toBe("abb");
	});

	it("does not take a key twice that is down already", () => {
		const { screen, input } = start();
		input.key("KeyA", true);
		input.key("KeyA", true);
		expect(screen.text).toBe("a");
	});

	it("acts on buttons when they go down, and not on those it does not have", () => {
		const { screen, input } = start();
		input.button("lock", true);
		expect(screen.asleep).toBe(true);
		input.button("lock", false);
		expect(screen.asleep).toBe(true);
		input.button("home", true);
		expect(screen.asleep).toBe(false);
		input.button("rotate", true);
		expect(screen.orientation).toBe("landscape-right");
		input.button("self-destruct", true);
	});

	it("lets go of everything at once", () => {
		const { clock, screen, input } = start();
		input.key("KeyA", true);
		input.touch([{ id: 0, x: 0.5, y: 0.5 }]);
		input.pointer(0.2, 0.5, 1);
		input.releaseAll();
		clock.advance(5000);
		expect(screen.text).toBe("a");
		expect(screen.contacts).toBe(0);
	});

	it("tells of everything that may have changed the screen", () => {
		const { input, heard } = start();
		input.pointer(0.5, 0.5, 1);
		input.wheel(0.5, 0.5, 0, 10);
		input.key("KeyA", true);
		input.text("b");
		input.touch([{ id: 1, x: 0.1, y: 0.1 }]);
		input.button("lock", true);
		expect(heard()).toBe(6);
	});
});

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
