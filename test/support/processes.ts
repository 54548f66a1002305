import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine, as far as /proc tells (proc(5)). */
export interface RunningProcess {
	readonly pid: number;
	/** Name of its program, such as `Xvfb`. */
	readonly name: string;
	/** X display it was started for, such as `:7`. */
	readonly display: string | undefined;
}

/**
 * All running processes that were started with an environment variable: it is inherited, so that a mark given to one
 * process finds all that came of it, also after their parents have gone.
 */
export function processesWith(variable: string, value: string): RunningProcess[] {
	return readdirSync("/proc").flatMap((entry) => {
		const environment = `\0${read(entry, "environ")}`;
		if (!/^\d+$/.test(entry) || !environment.includes(`\0${variable}=${value}\0`)) return [];
		// What has ended and was not yet noticed by its parent has no environment, and does not come this far.
		const display = /\0DISPLAY=([^\0]*)/.exec(environment)?.[1];
		return [{ pid: Number(entry), name: read(entry, "comm").trim(), display }];
	});
}

/** Empty when the process is gone. */
function read(entry: string, file: string): string {
	try {
		return readFileSync(`/proc/${entry}/${file}`, "utf8");
	} catch {
		return "";
	}
}
