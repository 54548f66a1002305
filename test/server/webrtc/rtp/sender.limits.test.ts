import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SenderLab } from "../../../support/sender-lab.ts";
import { writeTransportFeedback } from "../../../support/transport-feedback.ts";

/** As in the addon: packets that feedback is matched with, and the longest queueing delay told, milliseconds. */
const SENT_LOG = 4096;
const MAX_QUEUE_DELAY = 10_000;

/** A lab that has sent so many packets of one size, one each `spacing` milliseconds; that size on the wire, the last number. */
function labThatSent(count: number, spacing = 0) {
	const lab = new SenderLab();
	for (let i = 0; i < count; i++) {
		lab.push(i === 0);
		// So that none is skipped because too many wait for the thread.
		if (spacing > 0 || i % 100 === 0) lab.clock.advance(spacing);
	}
	const { rtp } = lab.take();
	return { lab, size: lab.sender.stats().bytes / count, last: rtp.at(-1)?.header.sequenceNumber ?? 0 };
}

describe("what a sender reads in transport-wide feedback", { timeout: 60_000 }, () => {
	it("is what a message newly reports", () => {
		const start = 1_000_000;
		const { lab, size } = labThatSent(10, 1);
		const message = writeTransportFeedback(0, 9, [30, 31, undefined, 45, 46]);
		lab.feedback(message);
		expect(lab.reports).toEqual([
			{
				time: start + 10,
				received: 4,
				receivedBytes: 4 * size,
				lost: 1,
				queueDelay: { least: 0, last: 12 },
				lastSent: start + 4,
				outstanding: 5 * size,
			},
		]);
		lab.feedback(message);
		expect(lab.reports).toHaveLength(1);
		// The third came late after all; the message between was lost on its way.
		lab.feedback(writeTransportFeedback(2, 9, [50]));
		expect(lab.reports.at(-1)).toMatchObject({ received: 1, lost: 0 });
		lab.feedback(writeTransportFeedback(8, 9, [60]));
		expect(lab.reports.at(-1)).toMatchObject({ outstanding: size });
	});

	it("is delay above the least of ten seconds, over wraps of the reference time and of numbers", () => {
		const lab = new SenderLab();
		lab.arrives = () => false;
		const start = lab.clock.now();
		let sequence = 0;
		const after = (time: number, delay: number) => {
			lab.clock.advance(start + time - lab.clock.now());
			for (let i = 0; i < 5500; i++, sequence++) {
				lab.push(sequence === 0);
				if (i % 100 === 0) lab.clock.advance(0);
			}
			lab.clock.advance(delay);
			const at = time + delay;
			const reference = Math.floor(at / 64) + 2 ** 24 - 100;
			lab.feedback(writeTransportFeedback((sequence - 1) & 0xffff, reference, [at % 64]));
			return lab.reports.at(-1)?.queueDelay?.last;
		};
		expect(after(1000, 30)).toBe(0);
		for (let time = 2000; time < 13_000; time += 1000) expect(after(time, 50)).toBe(time < 11_000 ? 20 : 0);
		expect(after(13_000, 250)).toBe(200);
		expect(lab.sender.stats()).toMatchObject({ packets: 71_500, skipped: 0 });
	});

	it("begins anew when the receiver's clock leaps", () => {
		const { lab } = labThatSent(3);
		lab.feedback(writeTransportFeedback(0, 5, [0]));
		lab.clock.advance(100);
		lab.feedback(writeTransportFeedback(1, 8_000_000, [0]));
		expect(lab.reports.at(-1)?.queueDelay?.last).toBe(0);
		lab.clock.advance(100);
		lab.feedback(writeTransportFeedback(2, 8_000_001, [0]));
		expect(lab.reports.at(-1)?.queueDelay?.last).toBe(64);
	});

	it("is nothing of packets that were never sent, or too long ago", () => {
		const silent = new SenderLab();
		silent.feedback(writeTransportFeedback(0, 0, [1]));
		expect(silent.reports).toEqual([]);
		const { lab, size } = labThatSent(SENT_LOG + 1);
		lab.feedback(writeTransportFeedback(SENT_LOG, 0, [1, 2]));
		lab.feedback(writeTransportFeedback(0, 0, [1]));
		expect(lab.reports).toEqual([]);
		lab.feedback(writeTransportFeedback(1, 0, [1]));
		expect(lab.reports.at(-1)?.outstanding).toBe(size * (SENT_LOG - 1));
	});

	it("is all statuses of run lengths and of vectors, with large and negative deltas", () => {
		// 5 packets: three small deltas (1, 5 and 68.75 ms), then two not received.
		const runs = labThatSent(5).lab;
		runs.feedback("8fcd0006 00000001 11223344 00000005 01020307 2003 0002 0410ff 00");
		expect(runs.reports.at(-1)).toMatchObject({
			received: 3,
			lost: 2,
			queueDelay: { least: 0, last: 67.75 },
		});
		// 16 packets: 1 01010000000001 (one bit each), then 11 10 01 0000000000 (two bits each): 2, 5, 6, 4, 8 ms.
		const vectors = labThatSent(17).lab;
		vectors.feedback("8fcd0007 00000001 11223344 00010010 00000000 9401 e400 080c04 fff8 10 0000");
		expect(vectors.reports.at(-1)).toMatchObject({
			received: 5,
			lost: 11,
			queueDelay: { least: 0, last: 6 },
		});
	});

	it.each([
		["a chunk that is missing", "8fcd0004 00000001 11223344 00010001 00000000"],
		["a delta that is missing", "8fcd0005 00000001 11223344 00010003 00000000 2003 0404"],
		["a reserved symbol", "8fcd0006 00000001 11223344 00010001 00000000 6001 0000 00000000"],
		["no packets", "8fcd0005 00000001 11223344 00010000 00000000 2001 0400"],
		["more packets than are remembered", "8fcd0005 00000001 11223344 0001ffff 00000000 1fff 1fff"],
		["only a head", "8fcd0002 00000001 11223344"],
	])("is nothing in a message with %s", (_, message) => {
		const { lab } = labThatSent(20);
		lab.feedback(message);
		expect(lab.reports).toEqual([]);
	});

	it("is only sane figures, however a receiver lies", () => {
		const step = fc.record({
			sent: fc.integer({ min: 0, max: 300 }),
			pause: fc.integer({ min: 0, max: 100 }),
			base: fc.integer({ min: -400, max: 400 }),
			reference: fc.oneof(fc.integer({ min: 0, max: 2 ** 24 - 1 }), fc.constant(5)),
			arrivals: fc.array(fc.option(fc.integer({ min: -9000, max: 9000 }), { nil: undefined }), {
				minLength: 1,
				maxLength: 100,
			}),
			probe: fc.boolean(),
		});
		const run = (steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]) => {
			const { lab } = labThatSent(1);
			for (const { sent, pause, base, reference, arrivals, probe } of steps) {
				if (probe) lab.sender.probe(1_000_000, 5000);
				for (let i = 0; i < sent; i++) lab.push(false, 1 + (i % 1000));
				lab.clock.advance(pause);
				let at = 0;
				// Steps between arrivals must fit sixteen bits.
				const sane = arrivals.map((arrival) => {
					at += (arrival ?? 0) % 4000;
					return arrival === undefined ? undefined : at;
				});
				const before = lab.reports.length;
				const { packets } = lab.sender.stats();
				lab.feedback(writeTransportFeedback((packets + base) & 0xffff, reference, sane));
				const report = lab.reports[before];
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
		};
		fc.assert(fc.property(fc.array(step, { maxLength: 15 }), run), { numRuns: 60 });
	});
});

describe("a probe's result", () => {
	/** Feedback of all that was sent until the probe was out; `arrives` answers when a packet of it came. */
	function probed(arrives: (place: number) => number | undefined, later = 0): number | undefined {
		const { lab } = labThatSent(4);
		lab.sender.probe(4e6, 10_000);
		lab.clock.advance(60);
		const { packets } = lab.sender.stats();
		for (let i = 0; i < later; i++) lab.push(false);
		lab.take();
		const arrivals = Array.from({ length: packets }, (_, i) => arrives(i));
		lab.feedback(writeTransportFeedback(0, 1000, arrivals));
		return lab.reports[0]?.probed;
	}

	it("does not mind what was sent after it and is not reported yet", () => {
		expect(probed((place) => place / 4)).toBeGreaterThanOrEqual(4e6);
		expect(probed((place) => place / 4, 100)).toBeGreaterThanOrEqual(4e6);
	});

	it("is nothing when the probe was mostly lost", () => {
		expect(probed((place) => (place % 3 === 0 ? undefined : place / 4))).toBeUndefined();
	});
});

describe("what a sender does for one viewer is bounded", { timeout: 60_000 }, () => {
	it("in packets that it sends again", () => {
		const { lab, last } = labThatSent(2048);
		const first = last - 2047;
		const missAll = () => {
			const entries = Array.from({ length: 120 }, (_, i) => ((first + 17 * i) & 0xffff) * 0x10000 + 0xffff);
			const body = entries.map((entry) => entry.toString(16).padStart(8, "0")).join("");
			lab.feedback(`81cd${(2 + entries.length).toString(16).padStart(4, "0")} 00000001 11223344 ${body}`);
			return lab.sender.stats().retransmitted;
		};
		expect(missAll()).toBe(512);
		lab.clock.advance(199);
		expect(missAll()).toBe(512);
		lab.clock.advance(1);
		expect(missAll()).toBe(1024);
	});

	it("in keyframes that it asks for: whoever needs them again and again waits twice as long each time", () => {
		const { lab } = labThatSent(1);
		const waits: number[] = [];
		for (let i = 0; i < 9; i++) {
			const before = lab.keyframeRequests;
			lab.feedback("81ce0002 00000001 11223344");
			let waited = 0;
			for (; lab.keyframeRequests === before; waited++) lab.clock.advance(1);
			waits.push(waited);
			lab.push(true);
			lab.clock.advance(0);
		}
		expect(waits).toEqual([0, 0, 250, 500, 1000, 2000, 4000, 4000, 4000]);
		lab.clock.advance(9000);
		const before = lab.keyframeRequests;
		lab.feedback("81ce0002 00000001 11223344");
		expect(lab.keyframeRequests).toBe(before + 1);
	});
});
