import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatencyMeter } from "../../../../app/viewer/stats/latency.ts";
import { latencyStages, stageTexts } from "../../../../app/viewer/stats/stats-text.ts";

/** Host clock minus page clock in these tests, ms. */
const AHEAD = 1_795_000_000_000;
const ORIGIN = AHEAD - 5_000_000;

/** A meter whose clocks were compared by pings of 4 ms, and that has seen the first frame at 0. */
function setUp({ origin = ORIGIN } = {}) {
	const meter = new LatencyMeter();
	for (const sent of [100, 160, 250, 400]) ping(meter, sent);
	meter.hear({ type: "clock", origin }, 104);
	meter.frame({ presentationTime: 0, expectedDisplayTime: 0 });
	return meter;
}

/** Each way takes 2 ms unless told otherwise. */
function ping(meter: LatencyMeter, sent: number, there = 2, back = 2) {
	meter.hear({ type: "pong", time: sent, hostTime: AHEAD + sent + there }, sent + there + back);
}

function rtpOf(pageTime: number, origin = ORIGIN): number {
	const ticks = Math.round((pageTime + AHEAD - origin) * 90);
	return ((ticks % 2 ** 32) + 2 ** 32) % 2 ** 32;
}

/** A picture captured at `at`, received 10 ms, decoded 13 ms and shown 20 ms later. */
function frameAt(at: number, rtpTimestamp = rtpOf(at)) {
	return {
		rtpTimestamp,
		receiveTime: at + 10,
		processingDuration: 0.002,
		presentationTime: at + 13,
		expectedDisplayTime: at + 20,
	};
}

describe("LatencyMeter", () => {
	it("measures from pixels read to glass, with its error, and splits the way into parts", () => {
		const meter = setUp();
		meter.hear({ type: "timing", rtpTimestamp: 0, encode: 4 }, 0);
		meter.frame(frameAt(2000));
		const latency = meter.get(2100);
		expect(latency?.total).toBeCloseTo(20, 1);
		expect(latency).toMatchObject({ error: 2, way: "rtp-clock", frames: 1, encode: 4 });
		expect(latency?.network).toBeCloseTo(6, 1);
		expect(latency?.buffer).toBeCloseTo(1, 6);
		expect(latency?.decode).toBeCloseTo(2, 6);
		expect(latency?.display).toBeCloseTo(7, 6);
	});

	it("prefers the capture time that came with the picture", () => {
		const meter = setUp();
		const source = { rtpTimestamp: 90_000, captureTimestamp: 2_208_988_800_000 + AHEAD + 1900 };
		meter.frame(frameAt(2000, 90_000 + 100 * 90), [source]);
		expect(meter.get(2100)?.way).toBe("abs-capture-time");
		expect(meter.get(2100)?.total).toBeCloseTo(20, 1);
	});

	it("reads RTP timestamps in whatever lap they are", () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 3e8, noNaN: true }), (age) => {
				const meter = setUp({ origin: AHEAD - age });
				meter.frame(frameAt(2000, rtpOf(2000, AHEAD - age)));
				expect(meter.get(2100)?.total).toBeCloseTo(20, 1);
			}),
		);
	});

	/** Frames of any times that can happen: what is captured is received later, then decoded, shown and seen. */
	const ways = fc.array(
		fc.record({
			network: fc.double({ min: 0, max: 200, noNaN: true }),
			wait: fc.double({ min: 0, max: 200, noNaN: true }),
			decode: fc.double({ min: 0, max: 200, noNaN: true }),
			display: fc.double({ min: 0, max: 50, noNaN: true }),
		}),
		{ minLength: 1, maxLength: 60 },
	);
	const encodes = fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { maxLength: 20 });

	it("has no part below zero, and parts that add up to the whole, also as they are shown", () => {
		fc.assert(
			fc.property(ways, encodes, fc.double({ min: 0, max: 50, noNaN: true }), (frames, times, unequal) => {
				const meter = setUp();
				ping(meter, 1000, unequal, 0);
				for (const encode of times) meter.hear({ type: "timing", rtpTimestamp: 0, encode }, 0);
				for (const [index, { network, wait, decode, display }] of frames.entries()) {
					const at = 2000 + index * 16;
					meter.frame({
						rtpTimestamp: rtpOf(at),
						receiveTime: at + network,
						processingDuration: decode / 1000,
						presentationTime: at + network + wait,
						expectedDisplayTime: at + network + wait + display,
					});
				}
				const latency = meter.get(2100);
				if (!latency) return;
				const parts = latencyStages.map((stage) => latency[stage]);
				for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
				expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(latency.total, 6);
				const shown = Object.values(stageTexts(latency)).reduce((sum, text) => sum + Number(text), 0);
				expect(shown).toBeCloseTo(Math.round(latency.total * 10) / 10, 6);
			}),
			{ numRuns: 300 },
		);
	});

	it("is right within its bound, however unequal the two ways of a ping are", () => {
		const way = fc.double({ min: 0, max: 150, noNaN: true });
		fc.assert(
			fc.property(fc.array(fc.tuple(way, way), { minLength: 4, maxLength: 30 }), way, (pings, network) => {
				const meter = new LatencyMeter();
				meter.hear({ type: "clock", origin: ORIGIN }, 0);
				for (const [index, [there, back]] of pings.entries()) ping(meter, index * 2000, there, back);
				meter.frame({ presentationTime: 0, expectedDisplayTime: 0 });
				const at = pings.length * 2000;
				for (let frame = 0; frame < 20; frame++) {
					const captured = at + frame * 16;
					const received = captured + network;
					const times = {
						receiveTime: received,
						presentationTime: received,
						expectedDisplayTime: received + 7,
					};
					meter.frame({ rtpTimestamp: rtpOf(captured), ...times });
				}
				const latency = meter.get(at + 500);
				if (!latency) return;
				// A tick of the RTP clock may be lost by rounding.
				expect(Math.abs(latency.total - (network + 7))).toBeLessThanOrEqual(latency.error + 0.02);
			}),
			{ numRuns: 300 },
		);
	});

	it("tells the middle and the 95th percentile of recent frames", () => {
		const meter = setUp();
		for (let at = 0; at < 100; at++) {
			const late = at >= 90 ? 50 : 0;
			meter.frame({ ...frameAt(2000 + at * 16), expectedDisplayTime: 2000 + at * 16 + 20 + late });
		}
		expect(meter.get(3600)?.total).toBeCloseTo(20, 1);
		expect(meter.get(3600)?.p95).toBeCloseTo(70, 1);
	});

	it("leaves out the first second: a keyframe, and what piled up behind it while the page was loading", () => {
		const meter = setUp();
		for (let at = 500; at < 1000; at += 100) meter.frame({ ...frameAt(at), presentationTime: at + 400 });
		expect(meter.get(1000)).toBeUndefined();
		meter.frame(frameAt(1100));
		expect(meter.get(1200)).toMatchObject({ frames: 1 });
	});

	it("says nothing while the clocks are not compared well enough", () => {
		const meter = new LatencyMeter();
		meter.hear({ type: "clock", origin: ORIGIN }, 0);
		meter.frame({ presentationTime: 0, expectedDisplayTime: 0 });
		// The page is still loading: the pongs wait for it.
		for (const sent of [0, 60, 150]) ping(meter, sent, 1, 221);
		meter.frame(frameAt(2000));
		expect(meter.get(2100)).toBeUndefined();
		ping(meter, 1000, 1, 221);
		const { total, error } = meter.get(2100) ?? { total: Number.NaN, error: Number.NaN };
		expect(Math.abs(total - 20)).toBeLessThanOrEqual(error);
		ping(meter, 2000, 1, 1);
		expect(meter.get(2100)?.total).toBeCloseTo(20, 0);
	});

	it("calls a screen idle on which nothing moves, and forgets the figures from before", () => {
		const meter = setUp();
		expect(meter.idle(1999)).toBe(false);
		expect(meter.idle(2013)).toBe(true);
		meter.frame(frameAt(2000));
		expect(meter.idle(4012)).toBe(false);
		expect(meter.get(4012)).toMatchObject({ frames: 1 });
		expect(meter.idle(4013)).toBe(true);
		expect(meter.get(4013)).toBeUndefined();
	});

	it("does not count how long a page was hidden", () => {
		const meter = setUp();
		meter.frame(frameAt(2000));
		meter.shownAgain();
		// Received while the page was hidden, presented when it was shown.
		meter.frame({ ...frameAt(2100), presentationTime: 7000, expectedDisplayTime: 7010 });
		expect(meter.get(7020)).toBeUndefined();
		meter.frame(frameAt(8000));
		expect(meter.get(8020)?.total).toBeCloseTo(20, 1);
	});

	it("counts a frame once that is presented twice", () => {
		const meter = setUp();
		meter.frame(frameAt(2000));
		meter.frame({ ...frameAt(2000), presentationTime: 3000, expectedDisplayTime: 3010 });
		expect(meter.get(3020)).toMatchObject({ frames: 1 });
		expect(meter.get(3020)?.total).toBeCloseTo(20, 1);
	});

	it("says nothing before the clocks are compared or without capture times", () => {
		const meter = new LatencyMeter();
		meter.hear({ type: "clock", origin: ORIGIN }, 0);
		meter.frame({ presentationTime: 0, expectedDisplayTime: 0 });
		meter.frame(frameAt(2000));
		expect(meter.get(2100)).toBeUndefined();
		const other = new LatencyMeter();
		for (const sent of [100, 160, 250, 400]) ping(other, sent);
		other.frame({ presentationTime: 0, expectedDisplayTime: 0 });
		other.frame(frameAt(2000));
		expect(other.get(2100)).toBeUndefined();
	});

	it("passes over pictures whose times the browser does not tell", () => {
		const meter = setUp();
		meter.frame({ presentationTime: 1, expectedDisplayTime: 2 });
		expect(meter.get(2100)).toBeUndefined();
	});

	it("begins anew with a new peer", () => {
		const meter = setUp();
		meter.frame(frameAt(2000));
		meter.reset();
		expect(meter.get(2100)).toBeUndefined();
		meter.frame(frameAt(2000));
		expect(meter.get(2100)).toBeUndefined();
	});
});
