import { parseArguments } from "../arguments.ts";
import { addonProbe } from "./addon.ts";
import { displayProbe } from "./display.ts";
import { encodersProbe } from "./encoders.ts";
import { mediasoupProbe } from "./mediasoup.ts";
import { nodeProbe } from "./node.ts";
import { packagesProbe } from "./packages.ts";
import { pageProbe } from "./page.ts";
import type { Finding, Probe } from "./probe.ts";
import { senderProbe } from "./sender.ts";

const probes: readonly Probe[] = [
	nodeProbe,
	addonProbe,
	encodersProbe,
	senderProbe,
	packagesProbe,
	displayProbe,
	pageProbe,
	mediasoupProbe,
];

const marks = { good: "✓", warning: "!", bad: "✗" };

const help = `porthole doctor [--json]

Checks what Porthole needs on this machine. Exit code 0 when nothing is bad.`;

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
	const healthy = findings.every((finding) => finding.state !== "bad");
	if (values.json) console.log(JSON.stringify({ healthy, findings }, undefined, "\t"));
	else for (const finding of findings) console.log(lineOf(finding));
	return healthy ? 0 : 1;
}

function lineOf({ name, state, detail, remedy }: Finding): string {
	return `${marks[state]} ${name}: ${detail}${remedy ? `\n    → ${remedy}` : ""}`;
}
