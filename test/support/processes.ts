import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine, as far as /proc tells (proc(5)). */
export interface RunningProcess {
	readonly pid: number;
	/** Name of its program, such as `Xvfb`. */
	readonly name: string;
	/** X display it was started for, such as `:7`. */
	readonly display: string | undefined;
}

/** All processes that a process started, and those that they started in turn. */
export function descendantsOf(pid: number): RunningProcess[] {
	const parents = new Map(allPids().flatMap((each) => [[each, parentOf(each)] as const]));
	const found = new Set([pid]);
	for (let grown = true; grown; ) {
		grown = false;
		for (const [each, parent] of parents) {
			if (parent === undefined || found.has(each) || !found.has(parent)) continue;
			found.add(each);
			grown = true;
		}
	}
	found.delete(pid);
	return [...found].map((each) => ({ pid: each, name: nameOf(each), display: displayOf(each) }));
}

/** Whether a process is there and not only waiting for its parent to notice its end. */
export function isRunning(pid: number): boolean {
	const state = /^State:\s+(\S)/m.exec(read(pid, "status"))?.[1];
	return state !== undefined && state !== "Z" && state !== "X";
}

function allPids(): number[] {
	return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function parentOf(pid: number): number | undefined {
	const parent = /^PPid:\s+(\d+)$/m.exec(read(pid, "status"))?.[1];
	return parent === undefined ? undefined : Number(parent);
}

function nameOf(pid: number): string {
	return read(pid, "comm").trim();
}

function displayOf(pid: number): string | undefined {
	return /(?:^|\0)DISPLAY=([^\0]*)/.exec(read(pid, "environ"))?.[1];
}

/** Empty when the process is gone. */
function read(pid: number, file: string): string {
	try {
		return readFileSync(`/proc/${pid}/${file}`, "utf8");
	} catch {
		return "";
	}
}
