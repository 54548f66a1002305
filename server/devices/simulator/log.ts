import type { DeviceLogOptions, DeviceLogSink } from "../provider.ts";
import { LineReader } from "./line-reader.ts";
import type { SimulatorFacts } from "./simulator-facts.ts";
import type { Simctl } from "./tools/simctl.ts";

/** Follows what a simulator's system logs, until the function returned is called. */
export function followLog(
	simctl: Simctl | undefined,
	{ udid, name, state }: SimulatorFacts,
	options: DeviceLogOptions,
	sink: DeviceLogSink,
): () => void {
	const refuse = (words: string) => {
		queueMicrotask(() => sink.ended(words));
		return () => {};
	};
	if (!simctl) return refuse(`The log of ${name} is read by simctl, which is on Macs only.`);
	if (state !== "Booted") return refuse(`${name} is switched off, and logs nothing.`);
	const lines = new LineReader();
	const program = simctl.followLog(udid, options, {
		output: (piece) => {
			for (const line of lines.push(piece)) sink.line(line);
		},
		ended: (how) => sink.ended(`The log of ${name} ${how}.`),
	});
	return () => void program.end();
}
