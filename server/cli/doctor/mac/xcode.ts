import { basename, dirname, join } from "node:path";
import { messageOf } from "../../../../signaling/protocol/errors.ts";
import type { SimulatorProbe } from "../../../native/addon.ts";
import type { Finding } from "../report.ts";
import type { MacMachine } from "./machine.ts";

/** The chosen developer tools. */
export interface Tools {
	/** As `xcode-select -p` says. */
	readonly developerDir: string;
	/** `command-line-tools` have a compiler, but neither simulators nor simctl. */
	readonly kind: "xcode" | "command-line-tools";
	/** Such as `26.1`. */
	readonly version?: string;
	readonly build?: string;
}

const name = "Xcode";

/** Looks which tools are chosen; undefined when there are none. */
export async function findTools(mac: MacMachine): Promise<Tools | undefined> {
	const chosen = await mac.ask("xcode-select", ["-p"]);
	const developerDir = chosen.text.trim();
	if (chosen.code !== 0 || developerDir === "") return undefined;
	if (basename(developerDir) === "CommandLineTools") return { developerDir, kind: "command-line-tools" };
	return { developerDir, kind: "xcode", ...(await versionOf(mac, developerDir)) };
}

/** xcodebuild refuses until the licence is accepted; the version is in a file beside the folder too. */
async function versionOf(
	mac: MacMachine,
	developerDir: string,
): Promise<{ version?: string; build?: string }> {
	const { code, text } = await mac.ask("xcodebuild", ["-version"]);
	const [, version] = /^Xcode (\d+(?:\.\d+)*)/m.exec(text) ?? [];
	const [, build] = /^Build version (\w+)/m.exec(text) ?? [];
	if (code === 0 && version) return { version, ...(build ? { build } : {}) };
	const list = join(dirname(developerDir), "version.plist");
	const read = await mac.ask("plutil", ["-extract", "CFBundleShortVersionString", "raw", list]);
	const written = read.text.trim();
	return read.code === 0 && /^\d+(\.\d+)*$/.test(written) ? { version: written } : {};
}

/** What was found, and whether simulators can be had with it. */
export function toolsFindings(tools: Tools | undefined): Finding[] {
	if (!tools) {
		return [
			{
				name,
				state: "bad",
				detail: "xcode-select knows no developer tools, so there are no simulators",
				remedy: "Install Xcode, open it once, then run: sudo xcode-select --switch /Applications/Xcode.app",
			},
		];
	}
	const { developerDir, kind, version, build } = tools;
	if (kind === "command-line-tools") {
		return [
			{
				name: "command line tools only",
				state: "bad",
				detail: `${developerDir}: a compiler, but no simulators and no simctl`,
				remedy: "Install Xcode, open it once, then run: sudo xcode-select --switch /Applications/Xcode.app",
			},
		];
	}
	const words = [version ?? "of unknown version", build ? `(${build})` : "", `at ${developerDir}`];
	const detail = words.filter(Boolean).join(" ");
	if (version) return [{ name, state: "good", detail }];
	const remedy = "Is its licence accepted? Run: sudo xcodebuild -license accept";
	return [{ name, state: "warning", detail, remedy }];
}

const NAMES = "simulator addon";

/** What the addon found in this Xcode; the text is why it cannot tell. */
export function findPrivateNames(mac: MacMachine, developerDir: string): readonly SimulatorProbe[] | string {
	try {
		return mac.simulatorProbes(developerDir) ?? "this addon has no part for simulators";
	} catch (error) {
		return messageOf(error);
	}
}

/**
 * A finding for each framework, class, selector and symbol, and for the frame that was encoded. What is missing is a
 * warning: another version of Xcode may have another name for it, or another way to simulators serves.
 */
export function privateNamesFindings(probes: readonly SimulatorProbe[] | string): Finding[] {
	if (typeof probes === "string") {
		const remedy = "Build the addon on this Mac: npm run build:native.";
		return [{ name: NAMES, state: "warning", detail: probes, remedy }];
	}
	const names = probes.filter(({ group }) => group !== "encoder");
	const missing = names.filter(({ found }) => !found).length;
	const detail = `${names.length - missing} of ${names.length} names found in this Xcode`;
	return [summary(missing, detail), ...probes.map(findingOf)];
}

function summary(missing: number, detail: string): Finding {
	if (missing === 0) return { name: NAMES, state: "good", detail };
	const remedy = `Report this list as it is (porthole doctor --json): ${missing} names are missing.`;
	return { name: NAMES, state: "warning", detail, remedy };
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
