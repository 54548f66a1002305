import { afterAll, describe, expect, it } from "vitest";
import { type Figures, figures, printed } from "../../../support/path-simulation/figures.ts";
import { SimulatedBroadcast } from "../../../support/path-simulation/simulated-broadcast.ts";
import type { LinkTerms } from "../../../support/path-simulation/simulated-link.ts";
import type { SimulatedViewer, ViewerOptions } from "../../../support/path-simulation/simulated-viewer.ts";

/** All of them with `npm run test:all`. */
const SEEDS = process.env.PORTHOLE_TESTS === "all" ? [1, 2, 3, 4, 5] : [1, 2];
const lines: string[] = [];

function note(name: string, viewer: SimulatedViewer, from: number, to?: number): Figures {
	const found = figures(viewer, from, to);
	lines.push(printed(name, found));
	return found;
}

/** One viewer behind a link for some time. */
function watch(seed: number, link: Partial<LinkTerms>, ms: number, options: Partial<ViewerOptions> = {}) {
	const both = SimulatedBroadcast.toOne(seed, { link: { delay: 20, ...link }, ...options });
	both.broadcast.run(ms);
	return both;
}

/** Real senders and rate control, simulated paths (20 ms each way), virtual time. Delay: taken to shown, less the way. */
describe("the rate of a viewer", { timeout: 60_000 }, () => {
	afterAll(() => console.log(lines.join("\n")));

	it("does not slow the first picture, nor any other, on a good path", () => {
		const { viewer, broadcast } = watch(1, { bandwidth: 1e8 }, 10_000);
		const { delay, frames } = note("100 Mbit/s from the start", viewer, 0);
		expect(viewer.shown[0]?.latency).toBeLessThan(20 + 17);
		expect(delay.most).toBeLessThan(17);
		expect(frames).toBeGreaterThan(59);
		expect(viewer.samples.find(({ estimate }) => 0.9 * estimate >= 8e6)?.time).toBeLessThan(700);
		expect(broadcast.encoders.main.keyframes).toBe(1);
		viewer.sender.follow(undefined);
	});

	it.each(SEEDS)("holds 3 Mbit/s with a big queue, seed %d", (seed) => {
		const { viewer } = watch(seed, { bandwidth: 3e6 }, 20_000);
		const found = note(`3 Mbit/s, seed ${seed}`, viewer, 2000);
		expect(found.delay.median).toBeLessThan(50);
		expect(found.delay.p95).toBeLessThan(150);
		expect(found.frames).toBeGreaterThan(58);
		expect(found.estimate.median).toBeGreaterThan(2.3e6);
		expect(found.renditions).toBe("main");
		const start = note(`3 Mbit/s, first 2 s, seed ${seed}`, viewer, 0, 2000);
		expect(start.delay.median).toBeLessThan(50);
		expect(start.delay.most).toBeLessThan(300);
	});

	it.each([5000, 16_000, 32_000])("holds 3 Mbit/s behind a bucket of %d bytes", (burst) => {
		const { viewer } = watch(1, { bandwidth: 3e6, burst }, 30_000);
		const found = note(`3 Mbit/s, bucket of ${burst / 1000} kB`, viewer, 3000);
		expect(found.delay.median).toBeLessThan(50);
		expect(found.delay.p95).toBeLessThan(150);
		expect(found.renditions).toBe("main");
	});

	it("holds 3 Mbit/s with a queue that drops early", () => {
		const { viewer } = watch(1, { bandwidth: 3e6, queue: 20_000 }, 20_000);
		const found = note("3 Mbit/s, queue of 20 kB", viewer, 3000);
		expect(found.delay.p95).toBeLessThan(150);
		expect(found.frames).toBeGreaterThan(58);
	});

	it.each([2e6, 1e6, 6e5])("gives %d bit/s what it carries", (bandwidth) => {
		const { viewer } = watch(1, { bandwidth }, 20_000);
		const found = note(`${bandwidth / 1e6} Mbit/s`, viewer, 3000);
		expect(found.delay.median).toBeLessThan(50);
		expect(found.delay.p95).toBeLessThan(150);
		expect(found.frames).toBeGreaterThan(28);
	});

	it.each(SEEDS.map((seed) => ({ seed })))("does not mind 2 % of random loss, seed $seed", ({ seed }) => {
		const { viewer } = watch(seed, { bandwidth: 2e7, loss: 0.02 }, 20_000);
		const found = note(`2 % loss, seed ${seed}`, viewer, 3500);
		expect(found.estimate.least * 0.9).toBeGreaterThan(8e6);
		expect(found.frames).toBeGreaterThan(58);
		expect(viewer.sender.stats().keyframeRequests).toBe(0);
	});

	it("gives way to loss that is much and lasts", () => {
		const { viewer } = watch(1, { bandwidth: 2e7, loss: 0.2 }, 20_000);
		expect(note("20 % loss", viewer, 3000).estimate.median).toBeLessThan(6e6);
	});

	it.each(SEEDS.flatMap((seed) => [3e6, 1e6].map((before) => ({ seed, before }))))(
		"is at 8 Mbit/s on the main rendition within 5 s when $before bit/s open to 20 Mbit/s, seed $seed",
		({ seed, before }) => {
			const { viewer, broadcast } = watch(seed, { bandwidth: before }, 20_000);
			viewer.link.terms.bandwidth = 2e7;
			broadcast.run(5000);
			const there = viewer.samples.find(
				({ time, estimate, rendition }) => time > 20_000 && 0.9 * estimate >= 8e6 && rendition === "main",
			);
			lines.push(
				`${before / 1e6} to 20 Mbit/s, seed ${seed}: 8 Mbit/s after ${(there?.time ?? 0) - 20_000} ms`,
			);
			expect(there).toBeDefined();
			expect(broadcast.targets.at(-1)).toEqual({ main: 8e6 });
		},
	);

	it("comes down quickly when 20 Mbit/s become 1", () => {
		const { viewer, broadcast } = watch(1, { bandwidth: 2e7 }, 10_000);
		viewer.link.terms.bandwidth = 1e6;
		broadcast.run(10_000);
		note("20 to 1 Mbit/s, first 3 s", viewer, 10_000, 13_000);
		const found = note("20 to 1 Mbit/s, then", viewer, 13_000);
		expect(found.delay.p95).toBeLessThan(150);
		expect(found.queue.p95).toBeLessThan(100);
	});

	it.each(
		[50, 200, 400].flatMap((ms) =>
			[2e7, 3e6].flatMap((bandwidth) => ["lost", "held"].map((how) => ({ ms, bandwidth, how }))),
		),
	)("goes on after $ms ms in which all is $how, at $bandwidth bit/s", ({ ms, bandwidth, how }) => {
		const { viewer, broadcast } = watch(2, { bandwidth }, 10_000);
		const before = viewer.member.rate.estimate;
		if (how === "lost") viewer.link.isDown = true;
		else viewer.link.holdUntil(broadcast.clock.now() + ms);
		broadcast.run(ms);
		viewer.link.isDown = false;
		broadcast.run(4000);
		const found = note(`${ms} ms ${how} at ${bandwidth / 1e6} Mbit/s`, viewer, 9950);
		expect(found.pause).toBeLessThan(ms + 300);
		expect(found.estimate.least).toBeGreaterThan(0.5 * before);
		expect(viewer.member.rate.estimate).toBeGreaterThan(0.8 * before);
		expect(found.renditions).toBe("main");
	});

	it("keeps an estimate that an idle screen does not use from running away, and uses it at once again", () => {
		const { viewer, broadcast } = watch(1, { bandwidth: 3e6 }, 5000);
		broadcast.encoders.main.activity = 0.02;
		broadcast.run(30_000);
		expect(note("idle screen at 3 Mbit/s", viewer, 6000).estimate.most).toBeLessThan(3.1e6);
		broadcast.encoders.main.activity = 1;
		broadcast.run(3000);
		const found = note("busy again", viewer, 35_000);
		expect(found.estimate.least).toBeGreaterThan(1.8e6);
		expect(found.delay.p95).toBeLessThan(150);
	});

	it.each([
		["reordered packets", { bandwidth: 2e7, reordered: 0.05 }, {}],
		["duplicates", { bandwidth: 2e7, duplicated: 0.05 }, {}],
		["a receiver's clock 200 ppm fast", { bandwidth: 2e7 }, { clockSkew: 2e-4 }],
		["a receiver's clock 200 ppm slow", { bandwidth: 2e7 }, { clockSkew: -2e-4 }],
		["feedback that is lost", { bandwidth: 2e7 }, { back: { delay: 20, loss: 0.3 } }],
		["a long way", { bandwidth: 2e7, delay: 150 }, {}],
	] as const)("does not mind %s", (name, link, options) => {
		const { viewer } = watch(1, link, 15_000, options);
		const found = note(name, viewer, 3000);
		expect(found.estimate.least * 0.9).toBeGreaterThan(8e6);
		expect(found.delay.median).toBeLessThan(30);
		expect(found.frames).toBeGreaterThan(58);
	});

	it.each(
		[
			{ hold: 40, every: 50 },
			{ hold: 100, every: 200 },
			{ hold: 250, every: 1500 },
		].flatMap((one) => [0.01, 0.1, 1].map((activity) => ({ ...one, activity }))),
	)(
		"does not take a path that holds packets back for $hold of $every ms for a full one, with $activity of activity",
		({ hold, every, activity }) => {
			const { viewer, broadcast } = watch(1, { bandwidth: 2e7 }, 3000);
			broadcast.encoders.main.activity = activity;
			for (let time = 0; time < 15_000; time += every) {
				viewer.link.holdUntil(broadcast.clock.now() + hold);
				broadcast.run(every);
			}
			const found = note(`held ${hold} of ${every} ms, activity ${activity}`, viewer, 3000);
			// Held half of the time, 20 Mbit/s are little more than what a busy screen sends.
			expect(found.estimate.least).toBeGreaterThan(activity < 1 ? 9e6 : 3.5e6);
			expect(found.renditions).toBe("main");
		},
	);

	it("manages without transport-wide feedback", () => {
		const slow = watch(1, { bandwidth: 3e6 }, 30_000, { transportFeedback: false });
		const found = note("3 Mbit/s, receiver reports only", slow.viewer, 5000);
		expect(found.delay.median).toBeLessThan(100);
		expect(found.delay.p95).toBeLessThan(500);
		const fast = watch(1, { bandwidth: 2e7 }, 30_000, { transportFeedback: false });
		expect(note("20 Mbit/s, receiver reports only", fast.viewer, 5000).estimate.most).toBeGreaterThan(5e6);
	});
});
