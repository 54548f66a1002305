import { describe, expect, it } from "vitest";
import { figures } from "../../../support/path-simulation/figures.ts";
import { SimulatedBroadcast } from "../../../support/path-simulation/simulated-broadcast.ts";

/** Real senders and decisions over simulated paths. */
describe("an audience", { timeout: 60_000 }, () => {
	const join = (broadcast: SimulatedBroadcast, ...megabits: number[]) =>
		megabits.map((bandwidth) => broadcast.join({ link: { bandwidth: bandwidth * 1e6, delay: 20 } }));

	it("gives each of ten viewers its own best", () => {
		const broadcast = new SimulatedBroadcast(1);
		const viewers = join(broadcast, 20, 20, 20, 20, 20, 20, 20, 20, 3, 1);
		broadcast.run(15_000);
		for (const [i, viewer] of viewers.entries()) {
			const { renditions, pictures, delay } = figures(viewer, 6000);
			expect([i, renditions]).toEqual([i, i < 8 ? "main" : "small"]);
			expect(pictures).toBeGreaterThan(i < 8 ? 59 : 28);
			expect(delay.p95).toBeLessThan(100);
		}
		expect(broadcast.targets.at(-1)?.main).toBe(8e6);
	});

	it("sends a hidden viewer nothing, wants nothing for it, and a keyframe when it is seen again", () => {
		const broadcast = new SimulatedBroadcast(1);
		const [viewer] = join(broadcast, 20);
		if (viewer === undefined) throw new Error("nobody joined");
		broadcast.run(2000);
		viewer.member.setShown(false);
		expect(broadcast.targets.at(-1)).toEqual({});
		broadcast.run(100);
		const { packets } = viewer.sender.stats();
		broadcast.run(5000);
		expect(viewer.sender.stats().packets).toBe(packets);
		expect(viewer.member.stats.rendition).toBeUndefined();
		viewer.member.setShown(true);
		broadcast.run(200);
		expect(viewer.member.stats.rendition).toBe("main");
		expect(figures(viewer, 7150, 7300).pictures).toBeGreaterThan(20);
	});

	it("tells what it wants at most every 100 ms, but at once when a rendition starts or ends", () => {
		const broadcast = new SimulatedBroadcast(1);
		const times: { at: number; kinds: string }[] = [];
		const before = broadcast.targets.push.bind(broadcast.targets);
		broadcast.targets.push = (...targets) => {
			for (const targetBitrates of targets)
				times.push({ at: broadcast.clock.now(), kinds: Object.keys(targetBitrates).join() });
			return before(...targets);
		};
		join(broadcast, 3, 1);
		expect(times).toHaveLength(1);
		broadcast.run(10_000);
		for (const [i, { at, kinds }] of times.entries()) {
			const last = times[i - 1];
			if (last?.kinds === kinds) expect(at - last.at).toBeGreaterThanOrEqual(100);
		}
		expect(times.length).toBeGreaterThan(5);
	});

	it("wants nothing once everybody left, and has no timer then", () => {
		const broadcast = new SimulatedBroadcast(1);
		const [viewer] = join(broadcast, 20);
		broadcast.run(1000);
		viewer?.member.leave();
		viewer?.member.leave();
		expect(broadcast.targets.at(-1)).toEqual({});
		broadcast.run(1000);
		expect(broadcast.targets.at(-1)).toEqual({});
	});
});
