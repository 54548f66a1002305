import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SenderStats } from "../../../../server/webrtc/rtp/rtp-parameters.ts";
import type { TransportReport } from "../../../../server/webrtc/rtp/sender.ts";
import {
	LossWatch,
	MAX_RATE,
	MIN_RATE,
	START_PACE,
	START_RATE,
	ViewerRate,
} from "../../../../server/webrtc/rtp/viewer-rate.ts";

const none: SenderStats = {
	packets: 0,
	bytes: 0,
	retransmitted: 0,
	nacks: 0,
	keyframeRequests: 0,
	skipped: 0,
};

/** Reports every 50 ms of a path with `delay` ms of queue on which bytes arrive at `rate`. */
function feed(control: ViewerRate, from: number, ms: number, rate: number, delay: number, lost = 0): number {
	let time = from;
	for (; time < from + ms; time += 50) {
		control.report({
			time,
			received: 20,
			receivedBytes: (rate / 8000) * 50,
			lost,
			queueDelay: { least: delay, last: delay },
			lastSent: time - 20,
			outstanding: 0,
		});
	}
	return time;
}

describe("the rate control of a viewer", () => {
	it("starts with an assumption, and with a pace that holds nothing back", () => {
		const control = new ViewerRate(0);
		expect([control.estimate, control.isMeasured, control.isCongested]).toEqual([START_RATE, false, false]);
		expect(control.pace).toBe(START_PACE);
		expect(control.nextProbe(0)).toBeUndefined();
	});

	it("goes to a share of what arrives when a queue grows, and comes back when it is gone", () => {
		const control = new ViewerRate(0);
		let time = feed(control, 0, 1000, 2.9e6, 10);
		time = feed(control, time, 150, 3e6, 45);
		expect(control.estimate / 3e6).toBeCloseTo(0.84, 1);
		expect(control.isCongested).toBe(true);
		expect(control.pace.rate).toBeLessThan(1.3 * control.estimate);
		time = feed(control, time, 600, 3e6, 180);
		expect(control.estimate / 3e6).toBeCloseTo(0.5, 1);
		expect(control.sustained).toBeGreaterThan(control.estimate);
		feed(control, time, 800, 1.5e6, 0);
		expect(control.estimate / 3e6).toBeGreaterThan(0.8);
		expect(control.isCongested).toBe(false);
	});

	it("probes upwards as far as is wanted, and not while there is a queue or loss", () => {
		const control = new ViewerRate(0);
		control.setWanted(10e6);
		let time = feed(control, 0, 500, 1e6, 0);
		expect(control.nextProbe(time)).toEqual({ rate: 8e6, bytes: 20_000 });
		expect(control.nextProbe(time)).toBeUndefined();
		time = feed(control, time, 5000, 1e6, 25);
		expect(control.nextProbe(time)).toBeUndefined();
		time = feed(control, time, 5000, 1e6, 0, 2);
		expect(control.nextProbe(time)).toBeUndefined();
		time = feed(control, time, 500, 1e6, 0);
		expect(control.nextProbe(time)).toBeDefined();
		control.setWanted(2e6);
		expect(control.nextProbe(time + 5000)).toBeUndefined();
	});

	it("paces low while nothing is heard, and keeps what it knew", () => {
		const control = new ViewerRate(0);
		const time = feed(control, 0, 1000, 3e6, 0);
		const { estimate } = control;
		control.poll({ ...none, packets: 100 }, time);
		control.poll({ ...none, packets: 500 }, time + 1500);
		expect([control.isCongested, control.estimate]).toEqual([true, estimate]);
		expect(control.pace.rate).toBeLessThan(estimate);
		feed(control, time + 2000, 100, 3e6, 0);
		expect(control.isCongested).toBe(false);
	});

	it("is not alarmed by silence when it sent nothing", () => {
		const control = new ViewerRate(0);
		const time = feed(control, 0, 1000, 3e6, 0);
		control.poll({ ...none, packets: 100 }, time);
		control.poll({ ...none, packets: 101 }, time + 60_000);
		expect(control.isCongested).toBe(false);
	});

	it.each([0, 5e5, 2e6, 1e9])(
		"keeps to a receiver's limit of %d bit/s where there is no feedback",
		(limit) => {
			const control = new ViewerRate(0);
			control.setWanted(8e6);
			for (let s = 0; s < 60; s++) control.poll({ ...none, receiverLimit: limit }, s * 1000);
			expect(control.estimate).toBeLessThanOrEqual(Math.max(limit, MIN_RATE));
			expect(control.estimate).toBeGreaterThan(Math.min(0.9 * limit, 7e6));
		},
	);

	it("gives sane figures, whatever is reported", () => {
		const delay = fc.oneof(fc.double({ min: 0, max: 10_000, noNaN: true }), fc.constantFrom(0, 20, 60));
		const report = fc.record(
			{
				time: fc.integer({ min: -100, max: 5000 }),
				received: fc.integer({ min: 0, max: 4096 }),
				receivedBytes: fc.integer({ min: 0, max: 5_000_000 }),
				lost: fc.integer({ min: 0, max: 4096 }),
				queueDelay: fc.record({ least: delay, last: delay }),
				lastSent: fc.integer({ min: 0, max: 1_000_000 }),
				probed: fc.double({ min: 0, max: 1e12, noNaN: true }),
				outstanding: fc.nat(),
			},
			{ requiredKeys: ["time", "received", "receivedBytes", "lost", "lastSent", "outstanding"] },
		);
		const step = fc.oneof(
			report.map((one) => ({ report: one as TransportReport })),
			fc.record({
				limit: fc.double({ min: 0, max: 1e9, noNaN: true }),
				lost: fc.double({ min: 0, max: 1, noNaN: true }),
			}),
		);
		fc.assert(
			fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
				const control = new ViewerRate(1e6);
				control.setWanted(9e6);
				let now = 1e6;
				for (const one of steps) {
					now += 40;
					if ("report" in one) {
						now = Math.max(now, now + one.report.time);
						control.report({ ...one.report, time: now - (one.report.time < 0 ? 40 : 0) });
					} else {
						control.poll(
							{ ...none, packets: now, receiverLimit: one.limit, lost: one.lost, roundTrip: now % 700 },
							now,
						);
					}
					const probe = control.nextProbe(now);
					expect(control.estimate).toBeGreaterThanOrEqual(MIN_RATE);
					expect(control.estimate).toBeLessThanOrEqual(MAX_RATE);
					expect(control.sustained).toBeLessThanOrEqual(MAX_RATE);
					for (const figure of [control.pace.rate, control.pace.burst, probe?.rate ?? 1, probe?.bytes ?? 1]) {
						expect(figure).toBeGreaterThan(0);
						expect(figure).toBeLessThan(1e9);
					}
					expect(control.queueDelay).toBeGreaterThanOrEqual(0);
				}
			}),
			{ numRuns: 500 },
		);
	});
});

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
