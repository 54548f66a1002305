import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as after } from "node:timers/promises";
import { expect } from "vitest";
import type { NativeAccessUnit } from "../../server/native/addon.ts";

const LIMIT_MS = 30_000;
const QUIET_MS = 300;
const LOOK_MS = 20;

/** Keeps the access units of one source in the order they came. */
export class AccessUnitLog {
	readonly units: NativeAccessUnit[] = [];

	readonly add = (unit: NativeAccessUnit): void => {
		this.units.push(unit);
	};

	/** The coded bytes alone. */
	get bytes(): Buffer[] {
		return this.units.map((unit) => unit.data);
	}

	/** Waits until at least so many have come. */
	async until(count: number): Promise<void> {
		await expect
			.poll(() => this.units.length, { timeout: LIMIT_MS, interval: 2 })
			.toBeGreaterThanOrEqual(count);
	}

	/** Waits until none has come for 300 ms, in which no thread beside JavaScript's was at work or waited for a processor. */
	async quiet(): Promise<void> {
		const limit = performance.now() + LIMIT_MS;
		let seen = this.units.length;
		let since = performance.now();
		while (performance.now() - since < QUIET_MS) {
			if (performance.now() > limit) throw new Error(`access units still came after ${LIMIT_MS} ms`);
			await after(LOOK_MS);
			if (this.units.length === seen && !threadsWork()) continue;
			seen = this.units.length;
			since = performance.now();
		}
	}
}

/** Whether another thread of this process runs or could run (proc_pid_stat(5)): on a busy machine that may take long. */
function threadsWork(): boolean {
	return readdirSync("/proc/self/task").some((thread) => {
		if (Number(thread) === process.pid) return false;
		try {
			return /\) [RD] /.test(readFileSync(`/proc/self/task/${thread}/stat`, "latin1"));
		} catch {
			// It has ended.
			return false;
		}
	});
}
