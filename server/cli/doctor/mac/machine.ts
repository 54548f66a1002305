import { execFile } from "node:child_process";
import { findAddon } from "../../../native/load.ts";
import type { SimulatorProbe } from "../../../native/simulator.ts";
import type { SimulatorBackends } from "./simulator-backends.ts";

/** How a program answered. */
export interface Answer {
	/** Exit code; undefined when it could not be started or was ended. */
	readonly code: number | undefined;
	/** Its standard output, or why it could not be run. */
	readonly text: string;
	/** Its standard error. */
	readonly words: string;
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
const MOST_OUTPUT = 8 * 1024 * 1024;

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
		const options = { encoding: "utf8", timeout: LIMIT, maxBuffer: MOST_OUTPUT } as const;
		execFile(program, args, options, (error, text, words) => {
			if (!error) return resolve({ code: 0, text, words });
			const code = typeof error.code === "number" ? error.code : undefined;
			resolve({ code, text: code === undefined ? error.message : text, words });
		});
	});
}
