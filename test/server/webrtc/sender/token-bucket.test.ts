import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenBucket } from "../../../../server/webrtc/sender/token-bucket.ts";

const pace = { rate: 8e6, burst: 10_000, longestWait: 200 };

describe("a bucket of tokens", () => {
	it("is full at first, may be overdrawn by one packet, and fills at its rate up to its burst", () => {
		const bucket = new TokenBucket(pace, 0);
		bucket.take(9999);
		expect(bucket.isOpen).toBe(true);
		bucket.take(1200);
		expect(bucket.isOpen).toBe(false);
		expect(bucket.waitBehind(0)).toBeCloseTo(1.199, 3);
		expect(bucket.waitBehind(2000)).toBeCloseTo(3.199, 3);
		bucket.refill(1.1);
		expect(bucket.isOpen).toBe(false);
		bucket.refill(1.3);
		expect(bucket.isOpen).toBe(true);
		bucket.refill(1e9);
		expect(bucket.waitBehind(10_000)).toBe(0);
		expect(bucket.waitBehind(11_000)).toBeCloseTo(1, 3);
	});

	it("is not confused by a clock that goes back", () => {
		const bucket = new TokenBucket(pace, 1000);
		bucket.take(12_000);
		bucket.refill(500);
		expect(bucket.isOpen).toBe(false);
		bucket.refill(503);
		expect(bucket.isOpen).toBe(true);
	});

	it("lets no more through than burst, rate and one packet allow, whatever is asked and when", () => {
		const step = fc.record({
			wait: fc.double({ min: 0, max: 50, noNaN: true }),
			packets: fc.nat({ max: 40 }),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
				const bucket = new TokenBucket(pace, 0);
				let now = 0;
				let sent = 0;
				for (const { wait, packets } of steps) {
					now += wait;
					bucket.refill(now);
					for (let i = 0; i < packets && bucket.isOpen; i++) {
						bucket.take(1200);
						sent += 1200;
					}
					expect(sent).toBeLessThanOrEqual(pace.burst + (pace.rate / 8000) * now + 1201);
				}
			}),
		);
	});
});
