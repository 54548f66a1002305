import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_QUEUE_DELAY } from "../../../../server/webrtc/sender/path-delay.ts";
import { LOG_SIZE } from "../../../../server/webrtc/sender/sent-log.ts";
import { TransportLog } from "../../../../server/webrtc/sender/transport-log.ts";
import { writeTransportFeedback } from "../../../support/transport-feedback.ts";

describe("the log of sent packets", () => {
	it("tells what a message newly reports", () => {
		const log = new TransportLog();
		for (let i = 0; i < 10; i++) log.sent(1000, 5000 + i);
		const message = writeTransportFeedback(0, 9, [30, 31, undefined, 45, 46]);
		expect(log.receive(message, 5100)).toEqual({
			time: 5100,
			received: 4,
			receivedBytes: 4000,
			lost: 1,
			queueDelay: { least: 0, last: 12 },
			lastSent: 5004,
			outstanding: 5000,
		});
		expect(log.receive(message, 5101)).toBeUndefined();
		// The third came late after all; the message between was lost on its way.
		expect(log.receive(writeTransportFeedback(2, 9, [50]), 5102)).toMatchObject({ received: 1, lost: 0 });
		expect(log.receive(writeTransportFeedback(8, 9, [60]), 5103)).toMatchObject({ outstanding: 1000 });
		expect(log.unusable).toBe(0);
	});

	it("measures delay against the least of ten seconds, over wraps of the reference time and of numbers", () => {
		const log = new TransportLog();
		let sequence = 0;
		const after = (time: number, delay: number) => {
			for (let i = 0; i < 4000; i++, sequence++) log.sent(100, time);
			const at = time + delay;
			const reference = Math.floor(at / 64) + 2 ** 24 - 100;
			const message = writeTransportFeedback((sequence - 1) & 0xffff, reference, [at % 64]);
			return log.receive(message, time + delay)?.queueDelay?.last;
		};
		expect(after(1000, 30)).toBe(0);
		for (let time = 2000; time < 60_000; time += 1000) expect(after(time, 50)).toBe(time < 11_000 ? 20 : 0);
		expect(after(60_000, 250)).toBe(200);
		expect(log.unusable).toBe(0);
	});

	it("begins anew when the receiver's clock leaps", () => {
		const log = new TransportLog();
		for (let i = 0; i < 3; i++) log.sent(100, 1000);
		log.receive(writeTransportFeedback(0, 5, [0]), 1000);
		expect(log.receive(writeTransportFeedback(1, 8_000_000, [0]), 1100)?.queueDelay?.last).toBe(0);
		expect(log.receive(writeTransportFeedback(2, 8_000_001, [0]), 1200)?.queueDelay?.last).toBe(64);
		expect(log.unusable).toBe(1);
	});

	it("knows nothing of packets that were never sent, or too long ago", () => {
		const log = new TransportLog();
		expect(log.receive(writeTransportFeedback(0, 0, [1]), 0)).toBeUndefined();
		for (let i = 0; i <= LOG_SIZE; i++) log.sent(100, i);
		expect(log.receive(writeTransportFeedback(LOG_SIZE, 0, [1, 2]), 9000)).toBeUndefined();
		expect(log.receive(writeTransportFeedback(0, 0, [1]), 9000)).toBeUndefined();
		expect(log.unusable).toBe(3);
		expect(log.receive(writeTransportFeedback(1, 0, [1]), 9000)?.outstanding).toBe(100 * (LOG_SIZE - 1));
	});

	it("tells the rate at which a probe arrived, but never more than was sent", () => {
		const rateOf = (spacing: number) => {
			const log = new TransportLog();
			log.sent(1000, 0);
			log.beginProbe(4_000_000);
			for (let i = 0; i < 11; i++) log.sent(1000, 2 * i);
			log.endProbe();
			log.sent(1000, 30);
			const arrivals = Array.from({ length: 13 }, (_, i) => 10 + i * spacing);
			expect(log.receive(writeTransportFeedback(0, 0, arrivals.slice(0, 5)), 100)?.probed).toBeUndefined();
			return log.receive(writeTransportFeedback(5, 0, arrivals.slice(5)), 110)?.probed;
		};
		expect(rateOf(2)).toBe(4_000_000);
		expect(rateOf(8)).toBe(1_000_000);
		expect(rateOf(0.25)).toBe(4_000_000);
		expect(rateOf(0)).toBe(4_000_000);
	});

	it("tells nothing of a probe that was mostly lost", () => {
		const log = new TransportLog();
		log.beginProbe(4_000_000);
		for (let i = 0; i < 10; i++) log.sent(1000, 2 * i);
		log.endProbe();
		const arrivals = Array.from({ length: 10 }, (_, i) => (i % 3 === 0 ? undefined : i));
		expect(log.receive(writeTransportFeedback(0, 0, arrivals), 100)).not.toHaveProperty("probed");
	});

	it("gives only sane figures, however a receiver lies", () => {
		const step = fc.record({
			sent: fc.integer({ min: 0, max: 300 }),
			pause: fc.integer({ min: 0, max: 2000 }),
			base: fc.integer({ min: -400, max: 400 }),
			reference: fc.oneof(fc.integer({ min: 0, max: 2 ** 24 - 1 }), fc.constant(5)),
			arrivals: fc.array(fc.option(fc.integer({ min: -9000, max: 9000 }), { nil: undefined }), {
				minLength: 1,
				maxLength: 100,
			}),
			probe: fc.boolean(),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
				const log = new TransportLog();
				let now = 0;
				let count = 0;
				for (const { sent, pause, base, reference, arrivals, probe } of steps) {
					if (probe) log.beginProbe(1_000_000);
					for (let i = 0; i < sent; i++) log.sent(1 + (i % 1200), now);
					if (probe) log.endProbe();
					count += sent;
					now += pause;
					let at = 0;
					// Steps between arrivals must fit sixteen bits.
					const sane = arrivals.map((arrival) => {
						at += (arrival ?? 0) % 4000;
						return arrival === undefined ? undefined : at;
					});
					const message = writeTransportFeedback((count + base) & 0xffff, reference, sane);
					const report = log.receive(message, now);
					if (report === undefined) continue;
					const { queueDelay, probed = 0, outstanding, received, receivedBytes, lost } = report;
					for (const figure of [queueDelay?.least ?? 0, queueDelay?.last ?? 0]) {
						expect(figure).toBeGreaterThanOrEqual(0);
						expect(figure).toBeLessThanOrEqual(MAX_QUEUE_DELAY);
					}
					expect(probed).toBeGreaterThanOrEqual(0);
					expect(probed).toBeLessThanOrEqual(2_000_000);
					expect(outstanding).toBeGreaterThanOrEqual(0);
					expect(received + lost).toBeLessThanOrEqual(arrivals.length);
					expect(receivedBytes).toBeLessThanOrEqual(received * 1200);
				}
			}),
			{ numRuns: 200 },
		);
	});
});
