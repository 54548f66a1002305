import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Figure, isMet } from "./figure.ts";
import { loadAverage, type Machine } from "./machine.ts";
import { formatTable } from "./table.ts";

/** Written as JSON here, one file a scenario; ignored by git. */
const RESULTS = resolve(import.meta.dirname, "results");

export interface BenchOptions {
	/** Folder for CPU profiles of the host process. */
	readonly profile: string | undefined;
	/** Progress, for whoever waits. */
	say(words: string): void;
}

/** One thing to be measured. */
export interface Scenario {
	readonly name: string;
	/** How its figures are got and what they leave out, shown with them. */
	readonly method: string;
	run(options: BenchOptions): Promise<Figure[]>;
}

/** Runs a scenario, prints its table and writes its JSON. Fails only when nothing could be measured. */
export async function runScenario(
	scenario: Scenario,
	machine: Machine,
	options: BenchOptions,
): Promise<void> {
	const startedAt = new Date().toISOString();
	const loadBefore = loadAverage();
	const figures = await scenario.run(options);
	const loadAfter = loadAverage();
	const empty = figures.filter(({ count, median }) => count === 0 || Number.isNaN(median));

	console.log(
		`\n${scenario.name} — load average ${loadBefore.toFixed(2)} before, ${loadAfter.toFixed(2)} after`,
	);
	console.log(`${formatTable(figures)}\n${scenario.method}`);

	const { name, method } = scenario;
	const judged = figures.map((figure) => ({ ...figure, met: isMet(figure) }));
	const report = { name, startedAt, machine, loadBefore, loadAfter, method, figures: judged };
	await mkdir(RESULTS, { recursive: true });
	await writeFile(resolve(RESULTS, `${name}.json`), `${JSON.stringify(report, undefined, "\t")}\n`);
	if (empty.length === 0) return;
	const missing = empty.map(({ subject, measure }) => `${subject}, ${measure}`).join("; ");
	throw new Error(`${name}: nothing was measured for ${missing}`);
}
