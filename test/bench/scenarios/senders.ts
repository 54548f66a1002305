import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Scenario } from "../bench.ts";
import { type Figure, ofReading, ofSeries } from "../figure.ts";
import type { SenderLoad } from "../senders/main.ts";
import { targets } from "../targets.ts";

const LOAD = fileURLToPath(new URL("../senders/main.ts", import.meta.url));
const SECONDS = 5;
const RUNS = [
	{ kind: "script", viewers: 50 },
	{ kind: "native", viewers: 50 },
	{ kind: "native", viewers: 200 },
	{ kind: "native", viewers: 300 },
] as const;

/** What the sending alone costs, without source, signaling and browsers. */
export const sendersScenario: Scenario = {
	name: "senders",
	method: `A pool of senders in a process of its own, 4 Mbit/s at 60 pictures a second to each viewer (8 packets of one slice), AES-GCM
with all header extensions, to a sink on the same cores that reads the system's receive times. CPU: the process, all
threads, over ${SECONDS} s. delivery: push of a picture to its last packet at the last viewer. No feedback comes back.`,
	async run({ say }) {
		const figures: Figure[] = [];
		for (const { kind, viewers } of RUNS) {
			const subject = `${kind}, ${viewers} viewers`;
			say(subject);
			const load = await measure(kind, viewers);
			if (load.arrived < 0.999) say(`${((1 - load.arrived) * 100).toFixed(1)} % of the packets were lost`);
			const isNative = kind === "native";
			figures.push(
				ofReading({ subject, measure: "CPU", unit: "% of a core" }, load.processor),
				ofReading(
					{ subject, measure: "a viewer", unit: "% of a core" },
					load.processor / viewers,
					isNative ? targets.nativeSender : undefined,
				),
				ofSeries(
					{ subject, measure: "delivery", unit: "ms" },
					load.delays,
					isNative ? targets.nativeDelivery : undefined,
				),
			);
		}
		return figures;
	},
};

async function measure(kind: string, viewers: number): Promise<SenderLoad> {
	const { stdout } = await promisify(execFile)(
		process.execPath,
		[LOAD, kind, String(viewers), String(SECONDS)],
		{
			maxBuffer: 16 * 2 ** 20,
		},
	);
	return JSON.parse(stdout) as SenderLoad;
}
