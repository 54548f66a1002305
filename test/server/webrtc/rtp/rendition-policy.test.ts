import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MaxBitrates } from "../../../../server/webrtc/media.ts";
import { RenditionPolicy } from "../../../../server/webrtc/rtp/rendition-policy.ts";

const MAX_BITRATES = { main: 8e6, small: 1.5e6 };

/** A policy with viewers of some estimates (Mbit/s), decided every 100 ms. */
class PolicyBench {
	readonly policy: RenditionPolicy;
	now = 0;

	constructor(maxBitrates: MaxBitrates, estimates: readonly number[]) {
		this.policy = new RenditionPolicy(maxBitrates);
		for (const [i, estimate] of estimates.entries()) this.set(i, estimate);
	}

	set(viewer: number, megabits: number, shown = true, measured = true): void {
		this.policy.setSubscriber(`${viewer}`, { shown, estimate: megabits * 1e6, measured });
	}

	run(ms: number): void {
		for (const end = this.now + ms; this.now < end; this.now += 100) this.policy.update(this.now);
	}

	/** The rendition of each viewer by its first letter, `-` for none. */
	get renditions(): string {
		let all = "";
		for (let i = 0; i < 20; i++) all += this.policy.rendition(`${i}`)?.[0] ?? "-";
		return all.replace(/-+$/, "");
	}
}

describe("the policy over renditions", () => {
	it("gives one viewer what it can take, up to what the source gives", () => {
		const bench = new PolicyBench(MAX_BITRATES, [5]);
		bench.run(3000);
		expect([bench.policy.targetBitrates, bench.renditions]).toEqual([{ main: 4.5e6 }, "m"]);
		bench.set(0, 100);
		bench.run(3000);
		expect(bench.policy.targetBitrates).toEqual({ main: 8e6 });
	});

	it("follows one or two viewers down to the floor", () => {
		const bench = new PolicyBench(MAX_BITRATES, [20, 3]);
		bench.run(5000);
		expect([bench.policy.targetBitrates, bench.renditions]).toEqual([{ main: 2.7e6 }, "mm"]);
	});

	it("gives the small rendition to who is below the floor, and then follows the others alone", () => {
		const bench = new PolicyBench(MAX_BITRATES, [20, 1]);
		bench.run(5000);
		expect([bench.policy.targetBitrates, bench.renditions]).toEqual([{ main: 8e6, small: 0.9e6 }, "ms"]);
		const alone = new PolicyBench(MAX_BITRATES, [1]);
		alone.run(5000);
		expect([alone.policy.targetBitrates, alone.renditions]).toEqual([{ small: 0.9e6 }, "s"]);
	});

	it("leaves two of ten behind, but not three", () => {
		const bench = new PolicyBench(MAX_BITRATES, [20, 20, 20, 20, 20, 20, 20, 20, 3, 1]);
		bench.run(5000);
		expect([bench.policy.targetBitrates, bench.renditions]).toEqual([
			{ main: 8e6, small: 0.9e6 },
			"mmmmmmmmss",
		]);
		bench.set(7, 4);
		bench.run(5000);
		expect([bench.policy.targetBitrates.main, bench.renditions]).toEqual([3.6e6, "mmmmmmmmss"]);
	});

	it("lets nobody go below the floor of the small rendition, nor above what the source gives", () => {
		const bench = new PolicyBench(MAX_BITRATES, [0.1]);
		bench.run(5000);
		expect(bench.policy.targetBitrates).toEqual({ small: 150e3 });
	});

	it("keeps all on the main rendition where there is no small one", () => {
		const bench = new PolicyBench({ main: 8e6 }, [20, 20, 20, 20, 0.3]);
		bench.run(5000);
		expect([bench.policy.targetBitrates, bench.renditions]).toEqual([{ main: 8e6 }, "mmmmm"]);
		const alone = new PolicyBench({ main: 8e6 }, [0.3]);
		alone.run(5000);
		expect(alone.policy.targetBitrates).toEqual({ main: 270e3 });
	});

	it("brings viewers back when the source can make no small rendition any more", () => {
		const bench = new PolicyBench(MAX_BITRATES, [20, 1]);
		bench.run(5000);
		bench.policy.setMaxBitrates({ main: 8e6 });
		bench.run(100);
		expect([bench.renditions, bench.policy.targetBitrates.small]).toEqual(["mm", undefined]);
	});

	it("gives hidden viewers nothing and counts them out", () => {
		const bench = new PolicyBench(MAX_BITRATES, [20, 3]);
		bench.run(3000);
		bench.set(1, 3, false);
		bench.run(3000);
		expect([bench.policy.targetBitrates, bench.renditions]).toEqual([{ main: 8e6 }, "m"]);
		bench.set(0, 20, false);
		bench.run(100);
		expect(bench.policy.targetBitrates).toEqual({});
	});

	it("takes newcomers for able, and lets them slow nobody down", () => {
		const bench = new PolicyBench(MAX_BITRATES, [20]);
		bench.run(1000);
		bench.set(1, 4, true, false);
		bench.run(1000);
		expect([bench.policy.targetBitrates, bench.renditions]).toEqual([{ main: 8e6 }, "mm"]);
		const alone = new PolicyBench(MAX_BITRATES, []);
		alone.set(0, 4, true, false);
		alone.run(100);
		expect(alone.policy.targetBitrates).toEqual({ main: 3.6e6 });
		const beside = new PolicyBench(MAX_BITRATES, [1]);
		beside.run(3000);
		beside.set(1, 4, true, false);
		beside.run(100);
		expect([beside.policy.targetBitrates, beside.renditions]).toEqual([{ main: 3.6e6, small: 0.9e6 }, "sm"]);
	});

	it("does not flap at the edge", () => {
		const bench = new PolicyBench(MAX_BITRATES, [20, 20, 20, 20, 20, 2]);
		let changes = 0;
		let before = "";
		for (let i = 0; i < 600; i++) {
			bench.set(5, i % 20 < 10 ? 6 : 12);
			bench.run(100);
			if (bench.renditions !== before) changes++;
			before = bench.renditions;
		}
		expect(changes).toBeLessThanOrEqual(2);
	});

	it("brings nobody back without a clear surplus", () => {
		const bench = new PolicyBench(MAX_BITRATES, [1, 20, 20, 20, 20]);
		bench.run(3000);
		expect(bench.renditions).toBe("smmmm");
		for (const almost of [2.4, 8, 9, 10.8]) {
			bench.set(0, almost);
			bench.run(60_000);
			expect(bench.renditions).toBe("smmmm");
		}
		bench.set(0, 11.2);
		bench.run(2000);
		expect(bench.renditions).toBe("mmmmm");
	});

	it("waits longer each time with a viewer that falls back soon after its return", () => {
		const bench = new PolicyBench(MAX_BITRATES, [1]);
		const waits: number[] = [];
		for (let i = 0; i < 8; i++) {
			bench.set(0, 1);
			bench.run(1000);
			bench.set(0, 4);
			const from = bench.now;
			while (bench.renditions !== "m") bench.run(100);
			waits.push(bench.now - from);
		}
		expect(waits[0]).toBeLessThanOrEqual(1700);
		expect(waits[3]).toBeGreaterThan(8000);
		expect(waits[7]).toBeLessThanOrEqual(24_200);
	});
});

describe("the policy, whatever its viewers do", () => {
	const maxBitrates = fc.record(
		{ main: fc.integer({ min: 100e3, max: 50e6 }), small: fc.integer({ min: 50e3, max: 5e6 }) },
		{ requiredKeys: ["main"] },
	);
	const change = fc.record({
		viewer: fc.integer({ min: 0, max: 11 }),
		megabits: fc.oneof(fc.constantFrom(0.1, 2, 3, 8, 40), fc.double({ min: 0.1, max: 100, noNaN: true })),
		shown: fc.boolean(),
		measured: fc.boolean(),
		leaves: fc.boolean(),
		ms: fc.constantFrom(0, 100, 1000, 5000),
		maxBitrates: fc.option(maxBitrates, { freq: 10 }),
	});

	it("wants what can be given, something while somebody watches, and nothing else", () => {
		fc.assert(
			fc.property(maxBitrates, fc.array(change, { maxLength: 60 }), (first, changes) => {
				const bench = new PolicyBench(first, []);
				let given: MaxBitrates = first;
				const shown = new Set<number>();
				for (const { viewer, megabits, ...one } of changes) {
					if (one.maxBitrates !== null) {
						given = one.maxBitrates;
						bench.policy.setMaxBitrates(given);
					}
					if (one.leaves) bench.policy.removeSubscriber(`${viewer}`);
					else bench.set(viewer, megabits, one.shown, one.measured);
					if (one.shown && !one.leaves) shown.add(viewer);
					else shown.delete(viewer);
					bench.run(one.ms);
					bench.policy.update(bench.now);
					const { main, small } = bench.policy.targetBitrates;
					const taken = new Set(bench.renditions.replaceAll("-", ""));
					expect(main !== undefined).toBe(taken.has("m"));
					expect(small !== undefined).toBe(taken.has("s"));
					expect(taken.size > 0).toBe(shown.size > 0);
					expect(main ?? 1).toBeGreaterThan(0);
					expect(main ?? 0).toBeLessThanOrEqual(given.main);
					expect(small ?? 0).toBeLessThanOrEqual(given.small ?? 0);
					for (let i = 0; i < 12; i++)
						expect(bench.policy.rendition(`${i}`) !== undefined).toBe(shown.has(i));
				}
			}),
			{ numRuns: 300 },
		);
	});

	it("has everybody who can take ten times the main rate on it within two seconds", () => {
		fc.assert(
			fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
				const bench = new PolicyBench(MAX_BITRATES, []);
				for (const { viewer, megabits, shown, measured, ms } of changes) {
					bench.set(viewer, megabits, shown, measured);
					bench.run(ms);
				}
				bench.set(0, 80);
				bench.run(2000);
				expect(bench.policy.rendition("0")).toBe("main");
			}),
			{ numRuns: 300 },
		);
	});

	it("comes to rest when its viewers do", () => {
		fc.assert(
			fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
				const bench = new PolicyBench(MAX_BITRATES, []);
				for (const { viewer, megabits, shown, measured, ms } of changes) {
					bench.set(viewer, megabits, shown, measured);
					bench.run(ms);
				}
				bench.run(120_000);
				const { renditions } = bench;
				const { targetBitrates } = bench.policy;
				for (let i = 0; i < 100; i++) {
					bench.run(1000);
					expect([bench.renditions, bench.policy.targetBitrates]).toEqual([renditions, targetBitrates]);
				}
			}),
			{ numRuns: 100 },
		);
	});
});
