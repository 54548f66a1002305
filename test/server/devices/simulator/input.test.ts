import { describe, expect, test, vi } from "vitest";
import { simulatorError } from "../../../../server/devices/simulator/errors.ts";
import {
	InputConnection,
	SimulatorInput,
	SystemGesturePlayer,
} from "../../../../server/devices/simulator/input.ts";
import { type SystemGesture, systemGestures } from "../../../../server/devices/system-gestures.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";
import { FakeBackend } from "../../../fakes/fake-simulator-backend.ts";
import { type InputCall, RecordingInputBackend } from "../../../fakes/recording-input-backend.ts";

function make() {
	const inputBackend = new RecordingInputBackend();
	const clock = new FakeClock();
	const commands: string[] = [];
	let injected = 0;
	const input = new SimulatorInput({
		clock,
		inputBackend: () => inputBackend,
		pixels: () => ({ width: 1200, height: 2400 }),
		points: () => ({ width: 400, height: 800 }),
		command: (id) => id === "shake" && commands.push(id) > 0,
		injected: () => void injected++,
	});
	return { inputBackend, clock, input, commands, injected: () => injected };
}

describe("a simulator's input", () => {
	test("types what keys can, and pastes the rest", () => {
		const { inputBackend, input, injected } = make();
		input.text("Hello, world!\n");
		input.text("Grüße 🎈");
		expect(inputBackend.drain()).toEqual([
			["type", "Hello, world!\n"],
			["paste", "Grüße 🎈"],
		]);
		expect(injected()).toBe(2);
	});

	test("scrolls where nothing touches; a finger ends what the wheel began", () => {
		const { inputBackend, input, clock } = make();
		input.wheel(0.5, 0.5, 0, 240);
		input.pointer(0.2, 0.2, 1);
		input.wheel(0.5, 0.5, 0, 240);
		clock.advance(1000);
		input.pointer(0.2, 0.2, 0);
		expect(inputBackend.drain().map(([phase]) => phase)).toEqual(["down", "up", "down", "up"]);
		expect(clock.pending).toBe(0);
	});

	test("takes the left button only", () => {
		const { inputBackend, input } = make();
		input.pointer(0.2, 0.2, 2);
		input.pointer(0.2, 0.2, 0);
		expect(inputBackend.drain()).toEqual([]);
	});

	test("presses buttons, drags for gestures, passes commands on, and refuses siri with its reason", () => {
		const { inputBackend, input, clock, commands } = make();
		input.button("home", true);
		input.button("home", false);
		input.button("shake", true);
		input.button("shake", false);
		expect(inputBackend.drain()).toEqual([
			["button", "home", true],
			["button", "home", false],
		]);
		expect(commands).toEqual(["shake"]);
		input.button("swipe-to-home", true);
		input.button("swipe-to-home", false);
		clock.advance(1000);
		expect(inputBackend.drain().map(([phase]) => phase)).toEqual(["down", ...Array(12).fill("move"), "up"]);
		expect(() => input.button("siri", true)).toThrow(
			expect.objectContaining({ code: "button-refused", message: expect.stringMatching(/home screen/) }),
		);
		expect(() => input.button("warp", true)).toThrow(expect.objectContaining({ code: "unknown-button" }));
		input.button("warp", false);
	});

	test("lets go of everything, and throws nothing then", () => {
		const { inputBackend, input, clock } = make();
		input.key("KeyA", true);
		input.pointer(0.5, 0.5, 1);
		input.release();
		expect(inputBackend.drain()).toEqual([
			["key", "KeyA", true],
			["down", [{ x: 0.5, y: 0.5 }], "none"],
			["up", [{ x: 0.5, y: 0.5 }], "none"],
			["key", "KeyA", false],
		]);
		input.key("KeyB", true);
		input.wheel(0.5, 0.5, 0, 10);
		inputBackend.refuses = true;
		input.release();
		clock.advance(1000);
	});

	test("what fails later, in a timer, ends nothing", () => {
		const { inputBackend, input, clock } = make();
		input.touch([{ id: 0, x: 0.5, y: 0.5 }]);
		inputBackend.refuses = true;
		clock.advance(1000);
		expect(() => input.key("KeyA", true)).toThrow();
	});
});

function makeConnection() {
	const backends = [new FakeBackend("baguette"), new FakeBackend("screenshots")] as const;
	const used: { backend: FakeBackend } = { backend: backends[0] };
	const clock = new FakeClock();
	const changed = vi.fn();
	const target = { udid: "U", name: "My phone", points: () => ({ width: 1, height: 1 }) };
	const keeper = new InputConnection({
		clock,
		target,
		backend: () => used.backend,
		changed,
		random: () => 1,
	});
	return { backends, used, clock, changed, keeper };
}

describe("the way in", () => {
	test("is opened once, and is another when another way is in use", () => {
		const { keeper, backends, used } = makeConnection();
		expect(keeper.inputBackend()).toBe(keeper.inputBackend());
		expect(backends[0].openedInputs).toHaveLength(1);
		used.backend = backends[1];
		expect(keeper.inputBackend()).toBe(backends[1].openedInputs[0]?.input);
		expect(backends[0].openedInputs[0]?.input.closed).toBe(true);
	});

	test("is opened again after growing waits when it is lost", () => {
		const { keeper, backends, clock, changed } = makeConnection();
		for (const wait of [250, 500, 1000]) {
			keeper.inputBackend();
			backends[0].openedInputs.at(-1)?.events.lost({ code: "x", message: `lost before ${wait}` });
			expect(keeper.failure).toBe(`lost before ${wait}`);
			clock.advance(wait - 1);
			expect(() => keeper.inputBackend()).toThrow(
				expect.objectContaining({ code: "input-refused", message: `lost before ${wait}` }),
			);
			clock.advance(1);
		}
		expect(changed).toHaveBeenCalledTimes(3);
	});

	test("says why it cannot be opened, and hears nothing of what it closed itself", async () => {
		const { keeper, backends, changed } = makeConnection();
		backends[0].failure = simulatorError("no-input", "It takes none.");
		expect(() => keeper.inputBackend()).toThrow(expect.objectContaining({ code: "no-input" }));
		backends[0].failure = undefined;
		keeper.inputBackend();
		keeper.reset();
		backends[0].openedInputs[0]?.events.lost({ code: "x", message: "late" });
		backends[0].openedInputs[0]?.events.refused("late");
		expect(keeper.failure).toBeUndefined();
		expect(changed).not.toHaveBeenCalled();
		await keeper.close();
	});
});

function play(id: string) {
	const inputBackend = new RecordingInputBackend();
	const clock = new FakeClock();
	const player = new SystemGesturePlayer(inputBackend, clock);
	const times: number[] = [];
	const since = clock.now();
	const { touch } = inputBackend;
	inputBackend.touch = (...args) => {
		times.push(clock.now() - since);
		touch.apply(inputBackend, args);
	};
	player.play(systemGestures.get(id) as SystemGesture);
	return { inputBackend, clock, player, times };
}

describe("a system gesture", () => {
	test.each([
		["swipe-to-home", "bottom", 12, 16, 0, [0.5, 1], [0.5, 0.3]],
		["swipe-to-app-switcher", "bottom", 30, 35, 900, [0.5, 1], [0.5, 0.58]],
		["pull-down-to-lock-screen", "top", 24, 25, 0, [0.25, 0], [0.25, 0.55]],
		["pull-down-to-notification-center", "top", 24, 25, 0, [0.75, 0], [0.75, 0.55]],
	] as const)(
		"%s goes over the %s edge in %i steps of %i ms and rests %i ms",
		(id, edge, steps, time, hold, from, to) => {
			const { inputBackend, clock, player, times } = play(id);
			clock.advance(10_000);
			const calls = inputBackend.calls as Extract<InputCall, ["down" | "move" | "up", ...unknown[]]>[];
			expect(calls.map(([phase]) => phase)).toEqual(["down", ...Array(steps).fill("move"), "up"]);
			expect(calls.every((call) => call[2] === edge)).toBe(true);
			expect(calls[0]?.[1]).toEqual([{ x: from[0], y: from[1] }]);
			for (const index of [-2, -1])
				expect(calls.at(index)?.[1]).toEqual([{ x: expect.closeTo(to[0]), y: expect.closeTo(to[1]) }]);
			expect(times.slice(0, 3)).toEqual([0, time, 2 * time]);
			expect(times.at(-1)).toBe(steps * time + hold);
			expect(player.playing).toBe(false);
		},
	);

	test("is lifted where it is when it is stopped, and does not begin while another runs", () => {
		const { inputBackend, clock, player } = play("swipe-to-home");
		clock.advance(16 * 6);
		player.play(systemGestures.get("pull-down-to-lock-screen") as SystemGesture);
		player.stop();
		player.stop();
		expect(inputBackend.calls.at(-1)).toEqual(["up", [{ x: 0.5, y: expect.closeTo(0.65) }], "bottom"]);
		clock.advance(10_000);
		expect(inputBackend.calls).toHaveLength(8);
	});
});
