import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Backoff } from "../../signaling/backoff.ts";

const waits = (random: () => number, count: number) => {
	const backoff = new Backoff(random);
	return Array.from({ length: count }, () => backoff.next());
};

describe("back-off", () => {
	it("doubles from a quarter of a second up to five seconds", () => {
		expect(waits(() => 1, 8)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
	});

	it("goes no further than it is told", () => {
		const backoff = new Backoff(() => 1, 600);
		expect(Array.from({ length: 4 }, () => backoff.next())).toEqual([250, 500, 600, 600]);
	});

	it("takes off up to half, so that many clients do not return in step", () => {
		expect(waits(() => 0, 3)).toEqual([125, 250, 500]);
	});

	it("starts again after a success", () => {
		const backoff = new Backoff(() => 1);
		backoff.next();
		backoff.next();
		backoff.reset();
		expect(backoff.attempt).toBe(0);
		expect(backoff.next()).toBe(250);
	});

	it("is never shorter than half the base nor longer than five seconds, however often it is asked", () => {
		fc.assert(
			fc.property(
				fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
					minLength: 1,
					maxLength: 2000,
				}),
				(randoms) => {
					const backoff: Backoff = new Backoff(() => randoms[backoff.attempt - 1] ?? 0);
					for (let attempt = 0; attempt < randoms.length; attempt++) {
						const base = Math.min(250 * 2 ** attempt, 5_000);
						const wait = backoff.next();
						expect(wait).toBeGreaterThanOrEqual(base / 2);
						expect(wait).toBeLessThanOrEqual(base);
					}
				},
			),
			{ numRuns: 20 },
		);
	});
});
