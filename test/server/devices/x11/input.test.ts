import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { WheelNotches, X11InputSink } from "../../../../server/devices/x11/input.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";

let did: unknown[][];
let injected: number;
let input: X11InputSink;
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
	const screen = {
		size: () => ({ width: 1280, height: 720 }),
		pointer: note("pointer"),
		wheel: note("wheel"),
		key: note("key"),
		pressCharacter: note("pressCharacter"),
		text: note("text"),
		releaseAll: note("releaseAll"),
	};
	input = new X11InputSink(screen, new FakeClock(), () => injected++);
});

describe("input of an X display", () => {
	it("turns fractions into pixels, and DOM's order of buttons into X's", () => {
		input.pointer(0.5, 0.25, 0);
		for (const buttons of [1, 2, 4, 8, 16, 31]) input.pointer(0, 0, buttons);
		expect(did).toEqual([
			["pointer", 640, 180, 0],
			["pointer", 0, 0, 1],
			["pointer", 0, 0, 4],
			["pointer", 0, 0, 2],
			["pointer", 0, 0, 8],
			["pointer", 0, 0, 16],
			["pointer", 0, 0, 31],
		]);
	});

	it("turns as many notches as the viewer's wheel, whatever pixels they are", () => {
		input.wheel(0.5, 0.5, 0, 100, { dx: 0, dy: 1 });
		input.wheel(0.5, 0.5, 0, -240, { dx: 0, dy: -2 });
		for (let step = 0; step < 10; step++) input.wheel(0.5, 0.5, 0, 12, { dx: 0, dy: 0.1 });
		const turns = did.filter(([name]) => name === "wheel");
		expect(turns).toEqual([
			["wheel", 0, 1],
			["wheel", 0, -2],
			["wheel", 0, 1],
		]);
	});

	it("presses what gives a character once until it is released, however often it repeats", () => {
		const key = { code: "KeyQ", character: "a", shortcut: false };
		input.press(key);
		input.press(key);
		input.key("KeyQ", false);
		input.press({ ...key, shortcut: true });
		expect(did).toEqual([
			["pressCharacter", 16, "a", false],
			["key", 16, false],
			["pressCharacter", 16, "a", true],
		]);
		expect(() => input.press({ ...key, code: "KeyÄ" })).toThrow(
			expect.objectContaining({ code: "unknown-key" }),
		);
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

describe("wheel notches", () => {
	it("turns once for each notch of a wheel, either way", () => {
		const wheel = new WheelNotches();
		expect(wheel.turn({ dx: 0, dy: 1 })).toEqual({ dx: 0, dy: 1 });
		expect(wheel.turn({ dx: 0, dy: -2 })).toEqual({ dx: 0, dy: -2 });
		expect(wheel.turn({ dx: -1, dy: 0 })).toEqual({ dx: -1, dy: 0 });
	});

	it("adds up the small steps of a touch pad", () => {
		const wheel = new WheelNotches();
		let turned = 0;
		for (let step = 0; step < 53; step++) turned += wheel.turn({ dx: 0, dy: 10 / 53 }).dy;
		expect(turned).toBe(10);
	});

	it("loses nothing over any number of steps in one direction", () => {
		fc.assert(
			fc.property(fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { maxLength: 50 }), (steps) => {
				const wheel = new WheelNotches();
				let turned = 0;
				for (const step of steps) turned += wheel.turn({ dx: step, dy: 0 }).dx;
				const way = steps.reduce((sum, step) => sum + step, 0);
				expect(Math.abs(way - turned)).toBeLessThan(1 + 1e-4);
			}),
		);
	});

	it("keeps the axes apart", () => {
		const wheel = new WheelNotches();
		wheel.turn({ dx: 0.75, dy: 0 });
		expect(wheel.turn({ dx: 0, dy: 0.75 })).toEqual({ dx: 0, dy: 0 });
		expect(wheel.turn({ dx: 0.25, dy: 0 })).toEqual({ dx: 1, dy: 0 });
	});

	it("turns back at once, without what was left of the other direction", () => {
		const wheel = new WheelNotches();
		wheel.turn({ dx: 0, dy: 0.9 });
		expect(wheel.turn({ dx: 0, dy: -1 })).toEqual({ dx: 0, dy: -1 });
	});

	it("cuts what is farther than any screen", () => {
		const wheel = new WheelNotches();
		expect(wheel.turn({ dx: 0, dy: 1e9 })).toEqual({ dx: 0, dy: 30 });
		expect(wheel.turn({ dx: 0, dy: 0.1 })).toEqual({ dx: 0, dy: 0 });
	});

	it("never gives a negative zero, which the addon would be asked to turn by", () => {
		expect(Object.is(new WheelNotches().turn({ dx: -0.1, dy: -0.1 }).dx, 0)).toBe(true);
	});
});
