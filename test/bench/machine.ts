import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg, release } from "node:os";
import { loadAddon } from "../../server/native/load.ts";

/** Where figures come from: without it they mean nothing. */
export interface Machine {
	readonly cores: number;
	readonly processor: string;
	readonly kernel: string;
	readonly node: string;
	readonly chromium: string;
	/** Encoders that can be used here, with versions. */
	readonly encoders: readonly string[];
}

export function describeMachine(): Machine {
	return {
		cores: availableParallelism(),
		processor: cpus()[0]?.model ?? "unknown",
		kernel: release(),
		node: process.version,
		chromium: chromiumVersion(),
		encoders: loadAddon()
			.encoders()
			.filter(({ available }) => available)
			.map(({ name, detail }) => (detail.startsWith(name) ? detail : `${name} ${detail}`)),
	};
}

/** Runnable processes on average over the last minute. Above the number of cores, times are those of a queue. */
export function loadAverage(): number {
	return loadavg()[0] ?? Number.NaN;
}

function chromiumVersion(): string {
	try {
		return execFileSync("/usr/bin/chromium", ["--version"], {
			encoding: "utf8",
			stdio: ["ignore", "pipe", "ignore"],
		}).trim();
	} catch {
		return "not installed";
	}
}
