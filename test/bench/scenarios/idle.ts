import { setTimeout as after } from "node:timers/promises";
import type { Scenario } from "../bench.ts";
import { type Figure, ofReading, ofSeries } from "../figure.ts";
import { openDevicePage } from "../page/device-page.ts";
import { readProcessUsage, sampleProcessor, withWorkers } from "../process-usage.ts";
import { Stage } from "../stage.ts";
import { targets } from "../targets.ts";

const SETTLE = 5_000;
/** Windows of processor time, and how long each is, ms. */
const WINDOWS = 5;
const WINDOW = 4_000;

/** What one device and one viewer cost the host. */
export const idleScenario: Scenario = {
	name: "idle",
	method: `The whole host process (signaling, page, capture, encoder, sender; not the X server), one 1280×720 device with one
Chromium on it. CPU: windows of ${WINDOW / 1000} s from /proc. memory: resident set.`,
	async run({ say, profile }) {
		await using stage = new Stage();
		const display = await stage.display();
		const clearDesktop = await stage.show(display, "echo");
		const product = await stage.product(display, { profile });
		const { pid } = product;
		const figures: Figure[] = [];
		say("no viewer");
		await after(SETTLE);
		await measure("no viewer");
		const page = await openDevicePage(await stage.context(product), product);

		say("idle desktop");
		await after(SETTLE);
		await measure("one viewer, idle desktop", targets.idleDesktop);

		say("scrolling text");
		await clearDesktop();
		await stage.show(display, "scroll", { arguments: ["--fps", "60"] });
		await after(SETTLE);
		await measure("one viewer, scrolling text at 60 Hz", targets.scrollingText);
		await page.close();
		return figures;

		async function measure(subject: string, target?: { median: number }): Promise<void> {
			const samples = await sampleProcessor(withWorkers(pid), WINDOWS, WINDOW);
			figures.push(
				ofSeries({ subject, measure: "CPU", unit: "% of a core" }, samples, target),
				ofReading(
					{ subject, measure: "memory", unit: "MB" },
					readProcessUsage(pid).memory,
					targets.hostMemory,
				),
			);
		}
	},
};
