import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../../setup/step.mjs";

export interface Outcome {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** A program of this project that runs. */
export class RunningCommand {
	readonly child: ChildProcess;
	readonly outcome: Promise<Outcome>;
	#stdout = "";
	#stderr = "";

	constructor(script: string, args: readonly string[], env: Record<string, string> = {}) {
		this.child = spawn(process.execPath, [join(root, script), ...args], {
			// A group of its own, so that a test can signal it as a terminal does.
			detached: true,
			env: { ...process.env, ...env },
			stdio: ["ignore", "pipe", "pipe"],
		});
		this.child.stdout?.on("data", (chunk) => (this.#stdout += chunk));
		this.child.stderr?.on("data", (chunk) => (this.#stderr += chunk));
		this.outcome = new Promise((resolve, reject) => {
			this.child.on("error", reject);
			this.child.on("close", (code, signal) =>
				resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }),
			);
		});
	}

	/** Waits for words on standard output; fails when the program ends without them. */
	async says(pattern: RegExp): Promise<RegExpExecArray> {
		for (;;) {
			const match = pattern.exec(this.#stdout);
			if (match) return match;
			const more = new Promise<void>((resolve) => this.child.stdout?.once("data", () => resolve()));
			const ended = await Promise.race([more, this.outcome]);
			if (ended && !pattern.test(this.#stdout)) throw new Error(`It ended: ${JSON.stringify(ended)}`);
		}
	}

	/** Sends a signal to every process of the group, as Ctrl-C in a terminal does. */
	signalAll(signal: NodeJS.Signals): void {
		if (this.child.pid !== undefined) process.kill(-this.child.pid, signal);
	}
}

/** Runs `porthole …` to its end. */
export function porthole(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
	return new RunningCommand("server/cli/main.ts", args, env).outcome;
}
