import { describe, expect, test } from "vitest";
import { SimulatorInput } from "../../../../server/devices/simulator/input.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";
import { RecordingHands } from "../../../fakes/recording-hands.ts";

function make() {
	const hands = new RecordingHands();
	const clock = new FakeClock();
	const commands: string[] = [];
	let injected = 0;
	const input = new SimulatorInput({
		clock,
		hands: () => hands,
		pixels: () => ({ width: 1200, height: 2400 }),
		points: () => ({ width: 400, height: 800 }),
		command: (id) => id === "shake" && commands.push(id) > 0,
		injected: () => void injected++,
	});
	return { hands, clock, input, commands, injected: () => injected };
}

describe("a simulator's input", () => {
	test("types what keys can, and pastes the rest", () => {
		const { hands, input, injected } = make();
		input.text("Hello, world!\n");
		input.text("Grüße 🎈");
		expect(hands.drain()).toEqual([
			["type", "Hello, world!\n"],
			["paste", "Grüße 🎈"],
		]);
		expect(injected()).toBe(2);
	});

	test("scrolls where nothing touches; a finger ends what the wheel began", () => {
		const { hands, input, clock } = make();
		input.wheel(0.5, 0.5, 0, 240);
		input.pointer(0.2, 0.2, 1);
		input.wheel(0.5, 0.5, 0, 240);
		clock.advance(1000);
		input.pointer(0.2, 0.2, 0);
		expect(hands.drain().map(([phase]) => phase)).toEqual(["down", "up", "down", "up"]);
		expect(clock.pending).toBe(0);
	});

	test("takes the left button only", () => {
		const { hands, input } = make();
		input.pointer(0.2, 0.2, 2);
		input.pointer(0.2, 0.2, 0);
		expect(hands.drain()).toEqual([]);
	});

	test("presses buttons, drags for gestures, passes commands on, and refuses siri with its reason", () => {
		const { hands, input, clock, commands } = make();
		input.button("home", true);
		input.button("home", false);
		input.button("shake", true);
		input.button("shake", false);
		expect(hands.drain()).toEqual([
			["button", "home", true],
			["button", "home", false],
		]);
		expect(commands).toEqual(["shake"]);
		input.button("swipe-to-home", true);
		input.button("swipe-to-home", false);
		clock.advance(1000);
		expect(hands.drain().map(([phase]) => phase)).toEqual(["down", ...Array(12).fill("move"), "up"]);
		expect(() => input.button("siri", true)).toThrow(
			expect.objectContaining({ code: "button-refused", message: expect.stringMatching(/home screen/) }),
		);
		expect(() => input.button("warp", true)).toThrow(expect.objectContaining({ code: "unknown-button" }));
		input.button("warp", false);
	});

	test("lets go of everything, and throws nothing then", () => {
		const { hands, input, clock } = make();
		input.key("KeyA", true);
		input.pointer(0.5, 0.5, 1);
		input.release();
		expect(hands.drain()).toEqual([
			["key", "KeyA", true],
			["down", [{ x: 0.5, y: 0.5 }], "none"],
			["up", [{ x: 0.5, y: 0.5 }], "none"],
			["key", "KeyA", false],
		]);
		input.key("KeyB", true);
		input.wheel(0.5, 0.5, 0, 10);
		hands.refuses = true;
		input.release();
		clock.advance(1000);
	});

	test("what fails later, in a timer, ends nothing", () => {
		const { hands, input, clock } = make();
		input.touch([{ id: 0, x: 0.5, y: 0.5 }]);
		hands.refuses = true;
		clock.advance(1000);
		expect(() => input.key("KeyA", true)).toThrow();
	});
});
