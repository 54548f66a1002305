import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	WHEEL_RESTS,
	WHEEL_STEP,
	WheelDrag,
} from "../../../../../server/devices/simulator/input/wheel-drag.ts";
import { FakeClock } from "../../../../fakes/fake-clock.ts";
import { RecordingInputBackend } from "../../../../fakes/recording-input-backend.ts";

function make() {
	const inputBackend = new RecordingInputBackend();
	const clock = new FakeClock();
	return {
		inputBackend,
		clock,
		wheel: new WheelDrag(inputBackend, clock, () => ({ width: 1000, height: 2000 })),
	};
}

type Touch = ["down" | "move" | "up", { x: number; y: number }[], string];

const place = (x: number, y: number) => [{ x: expect.closeTo(x), y: expect.closeTo(y) }];

describe("a wheel", () => {
	test("is a finger that goes the other way, in moves of what was turned meanwhile, and is lifted after a rest", () => {
		const { inputBackend, clock, wheel } = make();
		wheel.turn(0.5, 0.5, 0, 100);
		expect(inputBackend.drain()).toEqual([["down", place(0.5, 0.5), "none"]]);
		wheel.turn(0.5, 0.5, 0, 100);
		wheel.turn(0.5, 0.5, 50, 0);
		clock.advance(WHEEL_STEP);
		expect(inputBackend.drain()).toEqual([["move", place(0.45, 0.4), "none"]]);
		wheel.turn(0.5, 0.5, 0, -40);
		clock.advance(WHEEL_RESTS - 1);
		expect(inputBackend.drain()).toEqual([["move", place(0.45, 0.42), "none"]]);
		clock.advance(1);
		expect(inputBackend.drain()).toEqual([["up", place(0.45, 0.42), "none"]]);
		expect(clock.pending).toBe(0);
	});

	test("begins anew where the pointer is when the finger reaches the end of the screen", () => {
		const { inputBackend, clock, wheel } = make();
		wheel.turn(0.5, 0.5, 0, 1000);
		clock.advance(WHEEL_STEP);
		expect(inputBackend.drain()).toEqual([
			["down", place(0.5, 0.5), "none"],
			["move", place(0.5, 0.06), "none"],
			["up", place(0.5, 0.06), "none"],
			["down", place(0.5, 0.5), "none"],
		]);
		clock.advance(WHEEL_STEP);
		expect(inputBackend.drain()).toEqual([["move", place(0.5, 0.44), "none"]]);
	});

	test("at the very edge keeps off it, and does not turn for ever where there is no room", () => {
		const { inputBackend, clock, wheel } = make();
		wheel.turn(0, 0, 5000, 5000);
		clock.advance(1000);
		expect(inputBackend.drain()).toEqual([
			["down", place(0.06, 0.06), "none"],
			["up", place(0.06, 0.06), "none"],
		]);
		expect(clock.pending).toBe(0);
	});

	test("never leaves a finger down, nor the screen, however it is turned", () => {
		const turn = fc.tuple(
			fc.double({ min: 0, max: 1, noNaN: true }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			fc.integer({ min: -9000, max: 9000 }),
			fc.integer({ min: -9000, max: 9000 }),
			fc.integer({ min: 0, max: 200 }),
		);
		fc.assert(
			fc.property(fc.array(turn, { maxLength: 30 }), (turns) => {
				const { inputBackend, clock, wheel } = make();
				for (const [x, y, dx, dy, wait] of turns) {
					wheel.turn(x, y, dx, dy);
					clock.advance(wait);
				}
				clock.advance(1000);
				let down = false;
				for (const [phase, places] of inputBackend.calls as Touch[]) {
					expect(down).toBe(phase !== "down");
					down = phase !== "up";
					for (const { x, y } of places) expect(Math.min(x, y, 1 - x, 1 - y)).toBeGreaterThanOrEqual(0.0599);
				}
				expect(down).toBe(false);
				expect(clock.pending).toBe(0);
			}),
		);
	});
});
