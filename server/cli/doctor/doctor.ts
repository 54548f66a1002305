import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../package-root.ts";
import { defineCommand, flag } from "../options.ts";
import { stateFolder } from "../server-options.ts";
import {
	addonProbe,
	mediasoupProbe,
	nodeProbe,
	packagesProbe,
	pageProbe,
	stateFindings,
} from "./installation.ts";
import { macProbe } from "./mac/mac.ts";
import { desktopProbe, displayProbe, encodersProbe } from "./media.ts";
import { makeReport, type Probe, reportLines, type Subject } from "./report.ts";

const probes: readonly Probe[] = [
	nodeProbe,
	addonProbe,
	encodersProbe,
	packagesProbe,
	displayProbe,
	pageProbe,
	desktopProbe,
	mediasoupProbe,
	macProbe,
];

const spec = {
	name: "doctor",
	about: `Checks what Porthole needs on this machine. Exit code 0 when nothing is bad. --json is for bug reports: it has versions and
findings, and no names of people, tokens or serial numbers.`,
	options: {
		json: flag({ name: "json", default: false, noVariable: true, help: "print the report as JSON" }),
		stateFolder,
	},
};

/** `porthole doctor`: runs every probe and tells the remedies. */
export const doctorCommand = defineCommand(spec, async ({ options }) => {
	const state = () => stateFindings(options.stateFolder);
	const findings = (await Promise.all([...probes, state].map((probe) => probe()))).flat();
	const report = makeReport(await subject(), findings, homedir());
	if (options.json) console.log(JSON.stringify(report, undefined, "\t"));
	else for (const line of reportLines(report)) console.log(line);
	return report.healthy ? 0 : 1;
});

async function subject(): Promise<Subject> {
	const { version } = JSON.parse(await readFile(join(packageRoot, "package.json"), "utf8"));
	return {
		porthole: String(version),
		node: process.versions.node,
		platform: process.platform,
		arch: process.arch,
	};
}
