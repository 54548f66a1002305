import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatencyMeter } from "../../../../app/viewer/stats/latency.ts";

/** Host clock minus page clock in these tests, ms. */
const AHEAD = 1_795_000_000_000;
const ORIGIN = AHEAD - 5_000_000;

/** A meter whose clocks were compared by one ping of 4 ms. */
function setUp({ origin = ORIGIN } = {}) {
	const meter = new LatencyMeter();
	meter.hear({ type: "pong", time: 100, hostTime: AHEAD + 102 }, 104);
	meter.hear({ type: "clock", origin }, 104);
	return meter;
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
		meter.frame(frameAt(1000));
		const latency = meter.get();
		expect(latency?.total).toBeCloseTo(20, 1);
		expect(latency).toMatchObject({ error: 2, way: "rtp-clock", frames: 1, encode: 4 });
		expect(latency?.network).toBeCloseTo(6, 1);
		expect(latency?.buffer).toBeCloseTo(1, 6);
		expect(latency?.decode).toBeCloseTo(2, 6);
		expect(latency?.display).toBeCloseTo(7, 6);
	});

	it("prefers the capture time that came with the picture", () => {
		const meter = setUp();
		const source = { rtpTimestamp: 90_000, captureTimestamp: 2_208_988_800_000 + AHEAD + 900 };
		meter.frame(frameAt(1000, 90_000 + 100 * 90), [source]);
		expect(meter.get()?.way).toBe("abs-capture-time");
		expect(meter.get()?.total).toBeCloseTo(20, 1);
	});

	it("reads RTP timestamps in whatever lap they are", () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 3e8, noNaN: true }), (age) => {
				const meter = setUp({ origin: AHEAD - age });
				meter.frame(frameAt(1000, rtpOf(1000, AHEAD - age)));
				expect(meter.get()?.total).toBeCloseTo(20, 1);
			}),
		);
	});

	it("has parts that add up to the whole for each picture", () => {
		fc.assert(
			fc.property(
				fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 4, maxLength: 4 }),
				fc.double({ min: 0, max: 50, noNaN: true }),
				([receive = 0, wait = 0, display = 0, decode = 0], encode) => {
					const meter = setUp();
					meter.hear({ type: "timing", rtpTimestamp: 0, encode }, 0);
					meter.frame({
						rtpTimestamp: rtpOf(1000),
						receiveTime: 1000 + receive,
						processingDuration: decode / 1000,
						presentationTime: 1000 + receive + wait,
						expectedDisplayTime: 1000 + receive + wait + display,
					});
					const latency = meter.get();
					if (!latency) throw new Error("nothing was measured");
					const sum = latency.encode + latency.network + latency.buffer + latency.decode + latency.display;
					expect(sum).toBeCloseTo(latency.total, 6);
				},
			),
		);
	});

	it("tells the median and the 95th percentile of recent pictures", () => {
		const meter = setUp();
		for (let at = 0; at < 100; at++) {
			const late = at >= 90 ? 50 : 0;
			meter.frame({ ...frameAt(1000 + at * 16), expectedDisplayTime: 1000 + at * 16 + 20 + late });
		}
		expect(meter.get()?.total).toBeCloseTo(20, 1);
		expect(meter.get()?.p95).toBeCloseTo(70, 1);
	});

	it("says nothing before the clocks are compared or without capture times", () => {
		const meter = new LatencyMeter();
		meter.hear({ type: "clock", origin: ORIGIN }, 0);
		meter.frame(frameAt(1000));
		expect(meter.get()).toBeUndefined();
		const other = new LatencyMeter();
		other.hear({ type: "pong", time: 0, hostTime: AHEAD }, 2);
		other.frame(frameAt(1000));
		expect(other.get()).toBeUndefined();
	});

	it("passes over pictures whose times the browser does not tell", () => {
		const meter = setUp();
		meter.frame({ presentationTime: 1, expectedDisplayTime: 2 });
		expect(meter.get()).toBeUndefined();
	});

	it("begins anew with a new peer", () => {
		const meter = setUp();
		meter.frame(frameAt(1000));
		meter.reset();
		expect(meter.get()).toBeUndefined();
		meter.frame(frameAt(2000));
		expect(meter.get()).toBeUndefined();
	});
});
