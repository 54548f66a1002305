import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as after } from "node:timers/promises";

/** What a process has used. */
export interface ProcessUsage {
	/** Seconds of processor time, all threads, user and system. */
	readonly cpu: number;
	/** Memory in RAM, megabytes of 10^6 bytes. */
	readonly memory: number;
}

const TICKS_A_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Reads what a process of this machine has used so far, from Linux' /proc (proc(5)). */
export function readProcessUsage(pid: number): ProcessUsage {
	const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
	// The name in parentheses may hold spaces; the first field after it is number 3.
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	const ticks = Number(fields[14 - 3]) + Number(fields[15 - 3]);
	const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
	return { cpu: ticks / TICKS_A_SECOND, memory: (Number(resident?.[1]) * 1024) / 1e6 };
}

/** A process and the workers of mediasoup among its children. */
export function withWorkers(pid: number): number[] {
	const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").map(Number);
	const isWorker = (child: number) =>
		readFileSync(`/proc/${child}/cmdline`, "utf8").includes("mediasoup-worker");
	return [pid, ...children.filter(Boolean).filter(isWorker)];
}

/**
 * How much of one core some processes use together, per cent, in each of some windows that follow one another from now
 * on.
 */
export async function sampleProcessor(
	pids: readonly number[],
	windows: number,
	milliseconds: number,
): Promise<number[]> {
	const used = () => pids.reduce((sum, pid) => sum + readProcessUsage(pid).cpu, 0);
	const samples: number[] = [];
	for (let window = 0; window < windows; window++) {
		const before = used();
		const started = performance.now();
		await after(milliseconds);
		samples.push(((used() - before) / (performance.now() - started)) * 1e5);
	}
	return samples;
}
