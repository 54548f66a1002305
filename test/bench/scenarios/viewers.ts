import { setTimeout as after } from "node:timers/promises";
import type { Scenario } from "../bench.ts";
import { type Figure, ofReading, ofSeries } from "../figure.ts";
import { percentile } from "../percentiles.ts";
import { sampleProcessor, withWorkers } from "../process-usage.ts";
import { gatherCrowd } from "../receivers/crowd.ts";
import { Stage } from "../stage.ts";
import { targets } from "../targets.ts";

const COUNTS = [1, 5, 20, 50];
const SETTLE = 3_000;
const WINDOWS = 5;
const WINDOW = 2_000;
const CONTENTS = [
	{ name: "scrolling text", mode: "scroll" },
	{ name: "video-like", mode: "video" },
] as const;

/** What further viewers of one device cost the host. */
export const viewersScenario: Scenario = {
	name: "viewers",
	method: `One 1280×720 device at 60 Hz. Receivers are libdatachannel in another process on the same cores; they receive,
decrypt and report, and show nothing. CPU: the host process (with mediasoup, its workers too), windows of ${WINDOW / 1000} s from /proc. a further viewer: (CPU(n) −
CPU(1)) / (n − 1). delivery: pixels read to last packet of the picture in JavaScript at a receiver.`,
	async run({ say, profile }) {
		const figures: Figure[] = [];
		for (const { name, mode } of CONTENTS) {
			await using stage = new Stage();
			const display = await stage.display();
			await stage.show(display, mode, { arguments: ["--fps", "60"] });
			const product = await stage.product(display, { profile });
			const crowd = stage.keep(gatherCrowd(product));
			let alone = Number.NaN;
			for (const count of COUNTS) {
				const subject = `${name}, ${count} ${count === 1 ? "viewer" : "viewers"}`;
				say(subject);
				await crowd.grow(count);
				await after(SETTLE);
				crowd.measure();
				const samples = await sampleProcessor(withWorkers(product.pid), WINDOWS, WINDOW);
				const { delays, packets, states } = await crowd.report();
				const lost = states.filter((state) => state !== "connected");
				if (lost.length > 0) say(`${lost.length} of ${count} receivers were lost: ${lost.join(", ")}`);
				const kept = count - lost.length;
				const cpu = percentile(samples, 0.5);
				if (count === 1) alone = cpu;
				const rate = (packets[0] ?? 0) / ((WINDOWS * WINDOW) / 1000);
				figures.push(
					ofReading({ subject, measure: "connected", unit: "viewers" }, kept),
					ofSeries({ subject, measure: "host CPU", unit: "% of a core" }, samples),
					ofSeries({ subject, measure: "delivery", unit: "ms" }, delays),
					ofReading({ subject, measure: "packets each", unit: "a second" }, rate),
				);
				if (count === 1) continue;
				const measure = "a further viewer";
				const share = (cpu - alone) / (kept - 1);
				figures.push(ofReading({ subject, measure, unit: "% of a core" }, share, targets.furtherViewer));
			}
		}
		return figures;
	},
};
