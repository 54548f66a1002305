import { parseArgs } from "node:util";
import { endTogether } from "../support/end-together.ts";
import { runScenario, type Scenario } from "./bench.ts";
import { describeMachine } from "./machine.ts";
import { bottleneckScenario } from "./scenarios/bottleneck.ts";
import { churnScenario } from "./scenarios/churn.ts";
import { doorScenario } from "./scenarios/door.ts";
import { encodeScenario } from "./scenarios/encode.ts";
import { fanOutScenario } from "./scenarios/fan-out.ts";
import { firstFrameScenario } from "./scenarios/first-picture.ts";
import { floodsScenario } from "./scenarios/floods.ts";
import { hxfrScenario } from "./scenarios/hxfr.ts";
import { idleScenario } from "./scenarios/idle.ts";
import { latencyScenario } from "./scenarios/latency.ts";
import { lossScenario } from "./scenarios/loss.ts";
import { sendersScenario } from "./scenarios/senders.ts";
import { slowReaderScenario } from "./scenarios/slow-reader.ts";
import { sourceScenario } from "./scenarios/source.ts";
import { viewersScenario } from "./scenarios/viewers.ts";

endTogether();

const scenarios: readonly Scenario[] = [
	encodeScenario,
	sourceScenario,
	latencyScenario,
	firstFrameScenario,
	idleScenario,
	sendersScenario,
	viewersScenario,
	fanOutScenario,
	lossScenario,
	bottleneckScenario,
	churnScenario,
	floodsScenario,
	hxfrScenario,
	doorScenario,
	slowReaderScenario,
];

const names = scenarios.map(({ name }) => name);
const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { profile: { type: "string" }, help: { type: "boolean", short: "h" } },
});
const unknown = positionals.filter((name) => !names.includes(name));

if (values.help || unknown.length > 0) {
	if (unknown.length > 0) console.error(`There is no bench ${unknown.join(", ")}.\n`);
	console.log(`npm run bench -- [${names.join("|")} …] [--profile FOLDER]

Measures the product on this machine; all of it when nothing is named. Tables are printed, JSON goes to
test/bench/results. A missed target is told and does not fail. --profile writes CPU profiles of the host process.`);
	process.exit(unknown.length > 0 ? 2 : 0);
}

const machine = describeMachine();
console.log(
	`${machine.cores} cores, ${machine.processor}, Linux ${machine.kernel}, Node ${machine.node}, ${machine.chromium}`,
);
console.log(`encoders: ${machine.encoders.join("; ")}`);
const say = (words: string) => process.stderr.write(`  ${words}\n`);
for (const scenario of scenarios) {
	if (positionals.length > 0 && !positionals.includes(scenario.name)) continue;
	try {
		await runScenario(scenario, machine, { profile: values.profile, say });
	} catch (error) {
		console.error(`\n${scenario.name} broke:`, error);
		process.exitCode = 1;
	}
}
// A browser that hung must not keep a finished bench from ending.
process.exit();
