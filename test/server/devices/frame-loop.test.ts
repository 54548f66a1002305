import { describe, expect, it } from "vitest";
import { FrameLoop } from "../../../server/devices/frame-loop.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";

function start({ inMotion = false, frameRate = 50 } = {}) {
	const clock = new FakeClock(0);
	const drawn: number[] = [];
	const state = { inMotion };
	const loop = new FrameLoop(clock, frameRate, (now) => {
		drawn.push(now);
		return state.inMotion;
	});
	return { clock, drawn, state, loop };
}

describe("frame loop", () => {
	it("draws nothing by itself", () => {
		const { clock, drawn } = start();
		clock.advance(10_000);
		expect(drawn).toEqual([]);
	});

	it("draws a change at once, and then rests", () => {
		const { clock, drawn, loop } = start();
		clock.advance(7);
		loop.nudge();
		expect(drawn).toEqual([7]);
		clock.advance(10_000);
		expect(drawn).toEqual([7]);
		expect(clock.pending).toBe(0);
	});

	it("draws input that comes within a frame of the last together, at the end of that frame", () => {
		const { clock, drawn, loop } = start();
		loop.nudge();
		for (let ms = 0; ms < 19; ms++) {
			clock.advance(1);
			loop.nudge();
		}
		expect(drawn).toEqual([0]);
		clock.advance(1);
		expect(drawn).toEqual([0, 20]);
	});

	it("never draws a stream of input more often than the frame rate", () => {
		const { clock, drawn, loop } = start();
		for (let ms = 0; ms < 1000; ms++) {
			loop.nudge();
			clock.advance(1);
		}
		expect(drawn.length).toBeLessThanOrEqual(51);
		expect(drawn.length).toBeGreaterThanOrEqual(49);
	});

	it("draws motion at the frame rate until it stops", () => {
		const { clock, drawn, state, loop } = start({ inMotion: true });
		loop.nudge();
		clock.advance(100);
		expect(drawn).toEqual([0, 20, 40, 60, 80, 100]);
		state.inMotion = false;
		clock.advance(1000);
		expect(drawn.at(-1)).toBe(120);
	});

	it("does not wait for the beat of a motion to show input", () => {
		const { clock, drawn, loop } = start({ inMotion: true });
		loop.nudge();
		clock.advance(45);
		loop.nudge();
		expect(drawn).toEqual([0, 20, 40, 45]);
		clock.advance(20);
		expect(drawn.at(-1)).toBe(65);
	});

	it("keeps its rate when timers are late", () => {
		const clock = new FakeClock(0);
		const late = {
			now: () => clock.now(),
			after: (ms: number, done: () => void) => clock.after(ms + 1.5, done),
		};
		let count = 0;
		const loop = new FrameLoop(late, 50, () => count++ >= 0);
		loop.nudge();
		clock.advance(2000);
		expect(count).toBeGreaterThanOrEqual(100);
		expect(count).toBeLessThanOrEqual(102);
	});

	it("follows a new frame rate", () => {
		const { clock, drawn, loop } = start({ inMotion: true });
		loop.nudge();
		clock.advance(20);
		loop.frameRate = 10;
		clock.advance(20);
		drawn.length = 0;
		clock.advance(500);
		expect(drawn).toHaveLength(5);
	});

	it("is still once stopped, even from within a drawing", () => {
		const { clock, drawn, loop } = start({ inMotion: true });
		loop.nudge();
		loop.stop();
		loop.nudge();
		clock.advance(1000);
		expect(drawn).toEqual([0]);
		expect(clock.pending).toBe(0);
	});

	it("draws nothing while paused, and what changed meanwhile at once afterwards", () => {
		const { clock, drawn, loop } = start({ inMotion: true });
		loop.nudge();
		clock.advance(50);
		expect(drawn).toEqual([0, 20, 40]);
		loop.paused = true;
		expect(clock.pending).toBe(0);
		clock.advance(10);
		loop.nudge();
		clock.advance(1_000);
		expect(drawn).toEqual([0, 20, 40]);
		loop.paused = false;
		expect(drawn).toEqual([0, 20, 40, 1_060]);
		loop.paused = false;
		clock.advance(20);
		expect(drawn).toEqual([0, 20, 40, 1_060, 1_080]);
	});
});
