import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KEYFRAME_INTERVAL, KeyframeGate } from "../../../server/streams/keyframes.ts";

describe("the keyframe gate", () => {
	let asked: number[];
	let gate: KeyframeGate;

	beforeEach(() => {
		vi.useFakeTimers({ now: 10_000 });
		asked = [];
		gate = new KeyframeGate(Date.now, () => asked.push(Date.now() - 10_000));
	});
	afterEach(() => {
		gate.close();
		vi.useRealTimers();
	});

	it("lets the first request through at once", () => {
		gate.request();
		expect(asked).toEqual([0]);
	});

	it("serves what comes too early at the end of the interval, all together", () => {
		for (const _ of [1, 2, 3]) gate.request();
		vi.advanceTimersByTime(100);
		gate.request();
		vi.advanceTimersByTime(10_000);
		expect(asked).toEqual([0, KEYFRAME_INTERVAL]);
	});

	it("asks at most once an interval whatever comes", () => {
		for (let i = 0; i < 1000; i++) {
			gate.request();
			vi.advanceTimersByTime(7);
		}
		for (const [i, at] of asked.entries()) {
			if (i > 0) expect(at - (asked[i - 1] ?? 0)).toBeGreaterThanOrEqual(KEYFRAME_INTERVAL);
		}
		expect(asked.length).toBeGreaterThan(25);
	});

	it("drops a waiting request when a keyframe comes by", () => {
		gate.request();
		gate.request();
		gate.keyframeSent();
		vi.advanceTimersByTime(10_000);
		expect(asked).toEqual([0]);
	});

	it("is silent once closed and leaves no timer", () => {
		gate.request();
		gate.request();
		gate.close();
		gate.request();
		expect(vi.getTimerCount()).toBe(0);
		expect(asked).toEqual([0]);
	});
});
