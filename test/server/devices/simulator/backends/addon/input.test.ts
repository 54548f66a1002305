import { describe, expect, test, vi } from "vitest";
import {
	DOUBLE_PRESS,
	KEY_STEP,
	NativeInputBackend,
	TYPED_AT_MOST,
} from "../../../../../../server/devices/simulator/backends/addon/input.ts";
import { FakeClock } from "../../../../../fakes/fake-clock.ts";
import { FakeSimulatorInput, nativeError } from "../../../../../fakes/fake-simulator-addon.ts";

function make(copy: (text: string) => Promise<void> = async () => {}) {
	const input = new FakeSimulatorInput({} as never);
	const clock = new FakeClock();
	const refused = vi.fn();
	return { input, clock, refused, inputBackend: new NativeInputBackend({ input, clock, copy, refused }) };
}

/** Key events as usage and `v` or `^`. */
const keys = (input: FakeSimulatorInput) =>
	input.calls
		.filter(([what]) => what === "key")
		.map(([, usage, down]) => `${(usage as number).toString(16)}${down ? "v" : "^"}`)
		.join(" ");

describe("input through the addon", () => {
	test("touches with two numbers a finger, and the edge", () => {
		const { inputBackend, input } = make();
		inputBackend.touch("down", [{ x: 0.1, y: 0.2 }], "bottom");
		inputBackend.touch(
			"move",
			[
				{ x: 0.1, y: 0.2 },
				{ x: 0.3, y: 0.4 },
			],
			"none",
		);
		expect(input.calls).toEqual([
			["touch", "down", [0.1, 0.2], "bottom"],
			["touch", "move", [0.1, 0.2, 0.3, 0.4], "none"],
		]);
	});

	test("presses keys and buttons by their usages", () => {
		const { inputBackend, input } = make();
		inputBackend.key("KeyA", true);
		inputBackend.key("KeyA", false);
		expect(inputBackend.button("volume-up", true)).toBe(true);
		inputBackend.button("action", false);
		expect(inputBackend.button("warp", true)).toBe(false);
		expect(input.calls).toEqual([
			["key", 0x04, true],
			["key", 0x04, false],
			["button", 12, 233, true],
			["button", 11, 45, false],
		]);
		expect(() => inputBackend.key("BrowserBack", true)).toThrow(
			expect.objectContaining({ code: "unknown-key" }),
		);
	});

	test("types a text as keys, one event at a time, and what is pressed meanwhile behind it", async () => {
		const { inputBackend, input, clock } = make();
		inputBackend.type("aB\n");
		inputBackend.key("Escape", true);
		expect(keys(input)).toBe("4v");
		await clock.pass(KEY_STEP * 20, KEY_STEP);
		expect(keys(input)).toBe("4v 4^ e1v 5v 5^ e1^ 28v 28^ 29v");
		inputBackend.key("Escape", false);
		expect(keys(input)).toMatch(/29v 29\^$/);
	});

	test("pastes over the clipboard, longer texts too", async () => {
		const copy = vi.fn(async () => {});
		const { inputBackend, input, clock } = make(copy);
		inputBackend.paste("Grüße");
		await clock.pass(KEY_STEP * 8, KEY_STEP);
		expect(copy).toHaveBeenLastCalledWith("Grüße");
		expect(keys(input)).toBe("e3v 19v 19^ e3^");
		const long = "x".repeat(TYPED_AT_MOST + 1);
		inputBackend.type(long);
		await clock.pass(KEY_STEP * 8, KEY_STEP);
		expect(copy).toHaveBeenLastCalledWith(long);
	});

	test("pastes nothing when the clipboard fails, says so, and goes on", async () => {
		const { inputBackend, input, clock, refused } = make(async () => {
			throw new Error("simctl is gone");
		});
		inputBackend.paste("ü");
		inputBackend.type("a");
		await clock.pass(KEY_STEP * 10, KEY_STEP);
		expect(refused).toHaveBeenCalledWith("simctl is gone");
		expect(keys(input)).toBe("4v 4^");
	});

	test("opens the list of programs by two presses of home", () => {
		const { inputBackend, input, clock } = make();
		inputBackend.button("app-switcher", true);
		inputBackend.button("app-switcher", false);
		clock.advance(DOUBLE_PRESS - 1);
		expect(input.calls).toHaveLength(2);
		clock.advance(1000);
		expect(input.calls.map(([, page, usage, down]) => [page, usage, down])).toEqual([
			[12, 0x40, true],
			[12, 0x40, false],
			[12, 0x40, true],
			[12, 0x40, false],
		]);
	});

	test("gives the addon's errors a code, and bounds what waits", () => {
		const { inputBackend, input } = make();
		input.failure = nativeError("input-lost", "The connection is gone.");
		expect(() => inputBackend.key("KeyA", true)).toThrow(expect.objectContaining({ code: "input-lost" }));
		input.failure = undefined;
		expect(() => {
			for (let count = 0; count < 1000; count++) inputBackend.paste("x");
		}).toThrow(expect.objectContaining({ code: "input-overloaded" }));
	});

	test("does nothing after it was closed, not even later", async () => {
		const { inputBackend, input, clock } = make();
		inputBackend.type("abc");
		inputBackend.button("app-switcher", true);
		await inputBackend.close();
		await inputBackend.close();
		const before = input.calls.length;
		await clock.pass(1000, 10);
		expect(input.calls).toHaveLength(before);
		expect(input.closed).toBe(true);
	});
});
