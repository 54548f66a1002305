import { setTimeout as after } from "node:timers/promises";
import type { Scenario } from "../bench.ts";
import { type Figure, ofReading, ofSeries } from "../figure.ts";
import { percentile } from "../percentiles.ts";
import { readProcessUsage } from "../process-usage.ts";
import { gatherCrowd } from "../receivers/crowd.ts";
import { Stage } from "../stage.ts";
import { targets } from "../targets.ts";

const JOINS = 500;
const AT_ONCE = 10;
const LENGTH = 10 * 60_000;
/** Samples of memory at each end that are compared. */
const END_SAMPLES = 30;
const BETWEEN_SAMPLES = 2_000;

/** Whether coming and going, and time, leave anything behind. */
export const churnScenario: Scenario = {
	name: "churn",
	method: `One 1280×720 device, scrolling text at 60 Hz. ${JOINS} receivers (libdatachannel) come and go, ${AT_ONCE} at a time, over
${LENGTH / 60_000} minutes. memory: resident set of the host process; the medians of the first and last minute after the first ${AT_ONCE * 2} joins.`,
	async run({ say }) {
		await using stage = new Stage();
		const display = await stage.display();
		await stage.show(display, "scroll", { arguments: ["--fps", "60"] });
		const product = await stage.product(display);
		const watcher = stage.keep(gatherCrowd(product));
		await watcher.grow(1);
		const memory: number[] = [];
		const sampler = setInterval(() => memory.push(readProcessUsage(product.pid).memory), BETWEEN_SAMPLES);
		let joined = 0;
		const started = performance.now();
		const rounds = JOINS / AT_ONCE;
		try {
			for (let round = 0; round < rounds; round++) {
				if (round === 2) memory.length = 0;
				const crowd = gatherCrowd(product);
				await crowd.grow(AT_ONCE);
				joined += AT_ONCE;
				await after(2_000);
				await crowd.close();
				if (round % 10 === 9) say(`${joined} joins, ${memory.at(-1)?.toFixed(0)} MB`);
				await after(Math.max(0, ((round + 1) / rounds) * LENGTH - (performance.now() - started)));
			}
		} finally {
			clearInterval(sampler);
		}
		watcher.measure();
		await after(5_000);
		const { delays } = await watcher.report();
		const first = percentile(memory.slice(0, END_SAMPLES), 0.5);
		const last = percentile(memory.slice(-END_SAMPLES), 0.5);
		const subject = `${joined} joins and leaves in ${LENGTH / 60_000} minutes`;
		const figures: Figure[] = [
			ofReading({ subject, measure: "memory, first minute", unit: "MB" }, first),
			ofReading({ subject, measure: "memory, last minute", unit: "MB" }, last, targets.hostMemory),
			ofReading({ subject, measure: "grown by", unit: "MB" }, last - first, targets.growth),
			ofSeries({ subject, measure: "delivery afterwards", unit: "ms" }, delays),
		];
		return figures;
	},
};
