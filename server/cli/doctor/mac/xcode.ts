import { basename, dirname, join } from "node:path";
import type { Finding } from "../probe.ts";
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
