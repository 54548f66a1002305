import { describe, expect, it } from "vitest";
import { LossWatch } from "../../../../server/webrtc/sender/loss-watch.ts";

describe("the watch over loss", () => {
	it("hears neither a little loss nor a blackout", () => {
		const watch = new LossWatch();
		for (let time = 0; time < 10_000; time += 50) {
			watch.note(24, time % 500 === 0 ? 2 : 0, time);
			expect(watch.isMuch).toBe(false);
		}
		watch.note(2, 200, 10_400);
		expect([watch.isMuch, watch.isSome]).toEqual([false, true]);
		watch.note(25, 0, 10_450);
		expect([watch.isMuch, watch.isSome]).toEqual([false, false]);
	});

	it("holds back at nine of a hundred, but does not give way, however long that lasts", () => {
		const watch = new LossWatch();
		for (let time = 0; time < 10_000; time += 50) watch.note(91, 9, time);
		expect([watch.isMuch, watch.isSome]).toEqual([false, true]);
	});

	it("hears much loss that lasts", () => {
		const watch = new LossWatch();
		for (let time = 0; time <= 600; time += 50) {
			expect(watch.isMuch).toBe(false);
			watch.note(20, 4, time);
		}
		expect(watch.isMuch).toBe(true);
		expect(watch.fraction).toBeCloseTo(1 / 6);
		watch.note(20, 0, 700);
		expect(watch.isMuch).toBe(false);
	});

	it("judges only from enough packets", () => {
		const watch = new LossWatch();
		watch.note(1, 9, 0);
		expect(watch.isSome).toBe(false);
		watch.note(0, 10, 10);
		expect(watch.fraction).toBeCloseTo(0.95);
	});
});
