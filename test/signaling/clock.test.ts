import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backgroundClock, systemClock } from "../../signaling/clock.ts";
import { wallClock } from "../../signaling/protocol/time.ts";

/** How far it is from the wall clock, ms, however long this process is kept waiting between two looks. */
function stray(): number {
	const [before, now, after] = [Date.now(), systemClock.now(), Date.now()];
	return Math.max(before - now, now - after);
}

describe("the system clock", () => {
	it("goes on from what the wall clock said when the process started, and is finer", () => {
		for (let round = 0; round < 100; round++) {
			expect(stray()).toBeLessThan(50);
		}
		const readings = Array.from({ length: 50 }, () => systemClock.now());
		expect(readings.some((reading) => !Number.isInteger(reading))).toBe(true);
		expect(readings).toEqual([...readings].sort((a, b) => a - b));
	});
});

describe("the system clock, after the wall clock was set", () => {
	let offset = 0;
	const real = Date.now;
	beforeEach(() => {
		vi.spyOn(Date, "now").mockImplementation(() => real() + offset);
	});
	afterEach(() => {
		vi.restoreAllMocks();
	});

	it.each([3_600_000, -3_600_000, -2_000])("goes on as if nothing had happened: %i ms", (jump) => {
		const before = [systemClock.now(), backgroundClock.now()] as const;
		offset = jump;
		const after = [systemClock.now(), backgroundClock.now()] as const;
		expect(wallClock() - real()).toBeCloseTo(jump, -3);
		for (const [index, time] of after.entries()) {
			expect(time - (before[index] ?? Number.NaN)).toBeGreaterThanOrEqual(0);
			expect(time - (before[index] ?? Number.NaN)).toBeLessThan(1_000);
		}
	});
});

describe("the system clock's timers", () => {
	beforeEach(() => {
		vi.useFakeTimers();
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	it("call back once, and not at all when taken back", () => {
		const calls: string[] = [];
		systemClock.after(50, () => calls.push("kept"));
		const cancel = systemClock.after(50, () => calls.push("taken back"));
		cancel();
		vi.advanceTimersByTime(49);
		expect(calls).toEqual([]);
		vi.advanceTimersByTime(1000);
		expect(calls).toEqual(["kept"]);
	});
});
