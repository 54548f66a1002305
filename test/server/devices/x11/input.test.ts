import { beforeEach, describe, expect, it } from "vitest";
import { X11Input } from "../../../../server/devices/x11/input.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";

let did: unknown[][];
let injected: number;
let input: X11Input;
let refuses: Error | undefined;

beforeEach(() => {
	did = [];
	injected = 0;
	refuses = undefined;
	const note =
		(name: string) =>
		(...values: unknown[]) => {
			if (refuses) throw refuses;
			did.push([name, ...values]);
		};
	input = new X11Input({
		screen: {
			size: () => ({ width: 1280, height: 720 }),
			pointer: note("pointer"),
			wheel: note("wheel"),
			key: note("key"),
			text: note("text"),
			releaseAll: note("releaseAll"),
		},
		clock: new FakeClock(),
		injected: () => injected++,
	});
});

describe("input of an X display", () => {
	it("turns fractions into pixels, and DOM's order of buttons into X's", () => {
		input.pointer(0.5, 0.25, 0);
		for (const buttons of [1, 2, 4, 7]) input.pointer(0, 0, buttons);
		expect(did).toEqual([
			["pointer", 640, 180, 0],
			["pointer", 0, 0, 1],
			["pointer", 0, 0, 4],
			["pointer", 0, 0, 2],
			["pointer", 0, 0, 7],
		]);
	});

	it("scrolls where the wheel was turned, by whole notches, without letting go of a button", () => {
		input.pointer(0.1, 0.1, 1);
		input.wheel(0.5, 0.5, 0, 30);
		input.wheel(0.5, 0.5, 0, 30);
		expect(did.slice(1)).toEqual([
			["pointer", 640, 360, 1],
			["pointer", 640, 360, 1],
			["wheel", 0, 1],
		]);
	});

	it("presses keys by their position and types text as it is", () => {
		input.key("KeyA", true);
		input.key("KeyA", false);
		input.text("你好");
		expect(did).toEqual([
			["key", 30, true],
			["key", 30, false],
			["text", "你好"],
		]);
	});

	it("refuses a key that no X display has, by its name", () => {
		for (const code of ["Fn", "", "toString", "Unidentified"]) {
			expect(() => input.key(code, true)).toThrow(expect.objectContaining({ code: "unknown-key" }));
		}
		expect(did).toEqual([]);
	});

	it("makes a click of a tap", () => {
		input.touch([{ id: 0, x: 0.5, y: 0.5 }]);
		input.touch([]);
		expect(did).toEqual([
			["pointer", 640, 360, 0],
			["pointer", 640, 360, 1],
			["pointer", 640, 360, 0],
		]);
	});

	it("tells that the screen will change after each injection, and not without one", () => {
		input.pointer(0, 0, 0);
		input.wheel(0, 0, 1, 1);
		input.key("Enter", true);
		input.text("x");
		expect(injected).toBe(4);
		input.touch([]);
		input.button();
		expect(injected).toBe(4);
	});

	it("passes on why the addon refused", () => {
		refuses = Object.assign(new Error("too much"), { code: "input-overloaded" });
		expect(() => input.pointer(0, 0, 0)).toThrow(expect.objectContaining({ code: "input-overloaded" }));
		expect(injected).toBe(0);
	});

	it("lets go of everything when it is closed, and takes nothing more", () => {
		input.touch([{ id: 0, x: 0.5, y: 0.5 }]);
		input.touch([{ id: 0, x: 0.9, y: 0.5 }]);
		did.length = 0;
		input.close();
		input.close();
		input.pointer(0, 0, 1);
		input.text("late");
		expect(did).toEqual([["pointer", 1152, 360, 0], ["releaseAll"]]);
	});
});
