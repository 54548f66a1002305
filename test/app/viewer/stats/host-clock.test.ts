import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HostClock } from "../../../../app/viewer/stats/host-clock.ts";

describe("HostClock", () => {
	it("knows nothing before the first pong", () => {
		const clock = new HostClock();
		expect(clock.toPage(1000)).toBeUndefined();
		expect(clock.error).toBeUndefined();
	});

	it("believes what all pings allow", () => {
		const clock = new HostClock();
		clock.pong(0, 100, 5090);
		clock.pong(200, 204, 5202);
		clock.pong(300, 380, 5301);
		// The second says 4998..5002, the third 4921..5001; the first is no help. Clocks may have drifted by a little.
		expect(clock.toPage(5202)).toBeCloseTo(202.5, 1);
		expect(clock.error).toBeCloseTo(1.5, 1);
		expect(clock.roundTrip).toBe(4);
	});

	it("knows that no frame is received before it is captured", () => {
		const clock = new HostClock();
		clock.pong(0, 100, 5050);
		expect(clock.error).toBe(50);
		clock.received(6020, 1000);
		expect(clock.toPage(6020)).toBeLessThanOrEqual(1000);
		expect(clock.error).toBeCloseTo(15, 1);
	});

	it("begins anew when the host's clock is another one", () => {
		const clock = new HostClock();
		for (let at = 0; at < 5; at++) clock.pong(at * 2000, at * 2000 + 4, at * 2000 + 5002);
		clock.pong(20_000, 20_004, 900_002);
		expect(clock.toPage(900_002)).toBe(20_002);
		expect(clock.pings).toBe(1);
	});

	it("never errs by more than it says, however unequal the two ways are", () => {
		const way = fc.double({ min: 0, max: 500, noNaN: true });
		fc.assert(
			fc.property(
				fc.double({ min: -1e9, max: 1e9, noNaN: true }),
				fc.array(fc.tuple(way, way), { minLength: 1, maxLength: 60 }),
				(ahead, pings) => {
					const clock = new HostClock();
					let now = 0;
					for (const [there, back] of pings) {
						clock.pong(now, now + there + back, now + there + ahead);
						now += 1000;
					}
					const wrong = Math.abs((clock.toPage(now + ahead) ?? Number.NaN) - now);
					expect(wrong).toBeLessThanOrEqual((clock.error ?? 0) + 1e-3);
				},
			),
		);
	});

	it("forgets old pings, since clocks drift", () => {
		const clock = new HostClock();
		clock.pong(0, 1, 100);
		for (let at = 0; at < 30; at++) clock.pong(at * 10, at * 10 + 8, at * 10 + 4);
		expect(clock.roundTrip).toBe(8);
	});

	it("ignores a pong from before its ping", () => {
		const clock = new HostClock();
		clock.pong(100, 90, 5000);
		clock.pong(Number.NaN, 90, 5000);
		expect(clock.error).toBeUndefined();
	});
});
