import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../package-root.ts";
import { parseArguments } from "../arguments.ts";
import { addonProbe } from "./addon.ts";
import { displayProbe } from "./display.ts";
import { encodersProbe } from "./encoders.ts";
import { macProbe } from "./mac/mac.ts";
import { mediasoupProbe } from "./mediasoup.ts";
import { nodeProbe } from "./node.ts";
import { packagesProbe } from "./packages.ts";
import { pageProbe } from "./page.ts";
import type { Probe } from "./probe.ts";
import { makeReport, reportLines, type Subject } from "./report.ts";

const probes: readonly Probe[] = [
	nodeProbe,
	addonProbe,
	encodersProbe,
	packagesProbe,
	displayProbe,
	pageProbe,
	mediasoupProbe,
	macProbe,
];

const help = `porthole doctor [--json]

Checks what Porthole needs on this machine. Exit code 0 when nothing is bad. --json is for bug reports: it has versions and
findings, and no names of people, tokens or serial numbers.`;

/** `porthole doctor`: runs every probe and tells the remedies. */
export async function doctorCommand(args: readonly string[]): Promise<number> {
	const values = parseArguments("doctor", args, {
		json: { type: "boolean" },
		help: { type: "boolean", short: "h" },
	});
	if (values.help) {
		console.log(help);
		return 0;
	}
	const findings = (await Promise.all(probes.map((probe) => probe()))).flat();
	const report = makeReport(await subject(), findings, homedir());
	if (values.json) console.log(JSON.stringify(report, undefined, "\t"));
	else for (const line of reportLines(report)) console.log(line);
	return report.healthy ? 0 : 1;
}

async function subject(): Promise<Subject> {
	const { version } = JSON.parse(await readFile(join(packageRoot, "package.json"), "utf8"));
	return {
		porthole: String(version),
		node: process.versions.node,
		platform: process.platform,
		arch: process.arch,
	};
}
