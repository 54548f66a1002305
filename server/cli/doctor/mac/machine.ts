import { execFile } from "node:child_process";
import type { SimulatorProbe } from "../../../native/addon.ts";
import { findAddon } from "../../../native/load.ts";
import type { Finding } from "../report.ts";

/** How a program answered. */
export interface Answer {
	/** Exit code; undefined when it could not be started or was ended. */
	readonly code: number | undefined;
	/** Its standard output, or why it could not be run. */
	readonly text: string;
	/** Its standard error. */
	readonly words: string;
}

/** What the provider of simulators says of its backends, best first (server/devices/simulator/simulatorBackends-report.ts). */
export interface SimulatorBackends {
	/** The one that would be used; absent: none can be. */
	readonly chosen?: string;
	readonly backends: readonly {
		readonly name: string;
		readonly state: string;
		/** What was found, or why it cannot be used. */
		readonly detail: string;
	}[];
}

/** What the probes of a Mac ask; injected, so that every answer can be tried where there is no Mac. */
export interface MacMachine {
	/** Node's `process.arch`: that of the program, also where it is translated. */
	readonly arch: string;
	/** User id; 0 is root. */
	readonly user: number | undefined;
	/** Runs a program to its end. Never throws. */
	ask(program: string, args: readonly string[]): Promise<Answer>;
	/** What the addon finds of what simulators need; undefined when the addon has no part for them. Throws as it does. */
	simulatorProbes(developerDir: string): SimulatorProbe[] | undefined;
	/** Which way to simulators would be used. */
	simulatorBackends(): Promise<SimulatorBackends>;
}

/** How long a program may take, ms. simctl's first answer after an update of Xcode takes about ten seconds. */
const LIMIT = 30_000;
/** Standard output that is read, bytes; a list of simulators has about 200 KiB. */
const MAX_OUTPUT = 8 * 1024 * 1024;

/** This machine. */
export function thisMac(): MacMachine {
	return {
		arch: process.arch,
		user: process.getuid?.(),
		ask,
		simulatorProbes: (developerDir) => findAddon().addon.probeSimulators?.(developerDir),
		// Not loaded elsewhere: it brings everything that a server needs.
		simulatorBackends: async () => (await import("../../../index.ts")).simulatorBackends(),
	};
}

function ask(program: string, args: readonly string[]): Promise<Answer> {
	return new Promise((resolve) => {
		const options = { encoding: "utf8", timeout: LIMIT, maxBuffer: MAX_OUTPUT } as const;
		execFile(program, args, options, (error, text, words) => {
			if (!error) return resolve({ code: 0, text, words });
			const code = typeof error.code === "number" ? error.code : undefined;
			resolve({ code, text: code === undefined ? error.message : text, words });
		});
	});
}

/** Oldest macOS that the addon is built for. */
const OLDEST_MACOS = 14;

/** macOS, the processor, and whether Node is translated. */
export async function systemFindings(mac: MacMachine): Promise<Finding[]> {
	const [version, build, chip, translated, guest] = await Promise.all([
		say(mac, "sw_vers", "-productVersion"),
		say(mac, "sw_vers", "-buildVersion"),
		say(mac, "sysctl", "-n", "machdep.cpu.brand_string"),
		say(mac, "sysctl", "-n", "sysctl.proc_translated"),
		say(mac, "sysctl", "-n", "kern.hv_vmm_present"),
	]);
	return [
		macosFinding(version, build),
		processorFinding(mac.arch, chip, translated === "1"),
		...(guest === "1" ? [guestFinding] : []),
	];
}

/** The first line that a program says; undefined when it fails. */
async function say(mac: MacMachine, program: string, ...args: string[]): Promise<string | undefined> {
	const { code, text } = await mac.ask(program, args);
	return code === 0 ? text.trim().split("\n", 1)[0]?.slice(0, 200) : undefined;
}

function macosFinding(version: string | undefined, build: string | undefined): Finding {
	const name = "macOS";
	const remedy = `Porthole is built for macOS ${OLDEST_MACOS} or newer; update macOS.`;
	if (version === undefined) return { name, state: "warning", detail: "sw_vers does not say", remedy };
	const detail = build ? `${version} (${build})` : version;
	if (Number.parseInt(version, 10) >= OLDEST_MACOS) return { name, state: "good", detail };
	return { name, state: "bad", detail, remedy };
}

function processorFinding(arch: string, chip = "unknown", translated: boolean): Finding {
	const name = "processor";
	if (!translated) return { name, state: "good", detail: `${chip}, Node for ${arch}` };
	return {
		name,
		state: "warning",
		detail: `${chip}, but Node for ${arch} runs under Rosetta`,
		remedy: "Install Node for arm64: translated, everything costs more, and prebuilt addons may not fit.",
	};
}

const guestFinding: Finding = {
	name: "virtual machine",
	state: "warning",
	detail: "this macOS is a guest",
	remedy: "Expect software coding and slower frames; use the Mac itself where speed counts.",
};

const FIREWALL = "/usr/libexec/ApplicationFirewall/socketfilterfw";

/** What macOS has to allow, and what it need not. */
export async function permissionsFindings(mac: MacMachine): Promise<Finding[]> {
	return [
		{
			name: "permissions",
			state: "good",
			detail:
				"simulators need neither screen recording nor accessibility: their screens are read as they are drawn",
		},
		userFinding(mac.user),
		await firewallFinding(mac),
	];
}

function userFinding(user: number | undefined): Finding {
	const name = "user";
	if (user !== 0) return { name, state: "good", detail: "simulators are those of the user that runs this" };
	return {
		name,
		state: "warning",
		detail: "this runs as root, whose simulators are others than yours",
		remedy: "Run porthole without sudo.",
	};
}

async function firewallFinding(mac: MacMachine): Promise<Finding> {
	const name = "firewall";
	const { code, text } = await mac.ask(FIREWALL, ["--getglobalstate"]);
	const [, state] = /State = (\d)/.exec(text) ?? [];
	if (code !== 0 || state === undefined)
		return { name, state: "good", detail: "its state is not told; pages of this Mac do not go through it" };
	if (state === "0") return { name, state: "good", detail: "off" };
	if (state === "1")
		return { name, state: "good", detail: "on; for other machines' pages allow node when macOS asks" };
	return {
		name,
		state: "warning",
		detail: "on, and it blocks everything that comes in: pages on other machines get no picture",
		remedy: "Allow incoming connections in System Settings under Network, Firewall, Options.",
	};
}
