import { messageOf } from "../../../../signaling/protocol/errors.ts";
import type { SimulatorProbe } from "../../../native/simulator.ts";
import type { Finding } from "../probe.ts";
import type { MacMachine } from "./machine.ts";

const name = "simulator addon";

/** What the addon found in this Xcode; the text is why it cannot tell. */
export function findPrivateNames(mac: MacMachine, developerDir: string): readonly SimulatorProbe[] | string {
	try {
		return mac.simulatorProbes(developerDir) ?? "this addon has no part for simulators";
	} catch (error) {
		return messageOf(error);
	}
}

/**
 * A finding for each framework, class, selector and symbol, and for the picture that was encoded. What is missing is a
 * warning: another version of Xcode may have another name for it, or another way to simulators serves.
 */
export function privateNamesFindings(probes: readonly SimulatorProbe[] | string): Finding[] {
	if (typeof probes === "string") {
		const remedy = "Build the addon on this Mac: npm run build:native.";
		return [{ name, state: "warning", detail: probes, remedy }];
	}
	const names = probes.filter(({ group }) => group !== "encoder");
	const missing = names.filter(({ found }) => !found).length;
	const detail = `${names.length - missing} of ${names.length} names found in this Xcode`;
	return [summary(missing, detail), ...probes.map(findingOf)];
}

function summary(missing: number, detail: string): Finding {
	if (missing === 0) return { name, state: "good", detail };
	const remedy = `Report this list as it is (porthole doctor --json): ${missing} names are missing.`;
	return { name, state: "warning", detail, remedy };
}

function findingOf({ group, name: what, found, detail }: SimulatorProbe): Finding {
	const name = `${group} ${what}`;
	if (found) return { name, state: "good", detail };
	if (group === "encoder") {
		const remedy = "Simulators can be shown by other ways only; report this with porthole doctor --json.";
		return { name, state: "bad", detail, remedy };
	}
	return { name, state: "warning", detail: `missing: ${detail}`, remedy: remedies[group] };
}

const remedies = {
	framework: "Open Xcode once, so that it installs its components; choose the right one with xcode-select.",
	class: "This Xcode names it otherwise or has it no more; report it with porthole doctor --json.",
	selector: "This Xcode names it otherwise or has it no more; report it with porthole doctor --json.",
	symbol: "This Xcode names it otherwise or has it no more; report it with porthole doctor --json.",
};
