import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Scenario } from "../bench.ts";
import { type Figure, ofReading, ofSeries } from "../figure.ts";
import type { SenderLoad } from "../senders/main.ts";
import { targets } from "../targets.ts";

const LOAD = fileURLToPath(new URL("../senders/main.ts", import.meta.url));
const SECONDS = 5;
const VIEWERS = [50, 200, 300];

/** What the sending alone costs, without source, signaling and browsers. */
export const sendersScenario: Scenario = {
	name: "senders",
	method: `A pool of senders in a process of its own, 4 Mbit/s at 60 pictures a second to each viewer (8 packets of one slice), AES-GCM
with all header extensions, to a sink on the same cores that reads the system's receive times. CPU: the process, all
threads, over ${SECONDS} s. delivery: push of a picture to its last packet at the last viewer. No feedback comes back.`,
	async run({ say }) {
		const figures: Figure[] = [];
		for (const viewers of VIEWERS) {
			const subject = `native, ${viewers} viewers`;
			say(subject);
			const load = await measure(viewers);
			if (load.arrived < 0.999) say(`${((1 - load.arrived) * 100).toFixed(1)} % of the packets were lost`);
			figures.push(
				ofReading({ subject, measure: "CPU", unit: "% of a core" }, load.processor),
				ofReading(
					{ subject, measure: "a viewer", unit: "% of a core" },
					load.processor / viewers,
					targets.nativeSender,
				),
				ofSeries({ subject, measure: "delivery", unit: "ms" }, load.delays, targets.nativeDelivery),
			);
		}
		return figures;
	},
};

async function measure(viewers: number): Promise<SenderLoad> {
	const { stdout } = await promisify(execFile)(process.execPath, [LOAD, String(viewers), String(SECONDS)], {
		maxBuffer: 16 * 2 ** 20,
	});
	return JSON.parse(stdout) as SenderLoad;
}
