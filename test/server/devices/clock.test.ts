import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../../server/devices/clock.ts";

/** How far it is from the wall clock, ms, however long this process is kept waiting between two looks. */
function stray(): number {
	const [before, now, after] = [Date.now(), systemClock.now(), Date.now()];
	return Math.max(before - now, now - after);
}

describe("the system clock", () => {
	it("agrees with the wall clock, and is finer", () => {
		for (let round = 0; round < 100; round++) {
			expect(stray()).toBeLessThan(5);
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
		offset = 0;
		vi.restoreAllMocks();
		systemClock.now();
	});

	it.each([3_600_000, -3_600_000])("follows a jump by %i ms", (jump) => {
		const before = systemClock.now();
		offset = jump;
		const moved = systemClock.now() - before;
		expect(Math.abs(moved - jump)).toBeLessThan(200);
		expect(stray()).toBeLessThan(5);
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
