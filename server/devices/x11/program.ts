import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../../../signaling/protocol/errors.ts";
import type { Clock } from "../clock.ts";
import { programFailed } from "./errors.ts";

/** How long a program may take to end after it was asked to, ms. */
const PATIENCE = 1000;

/** What is kept of a program's last words, characters. */
const LAST_WORDS = 1000;

/** How long after its end they are waited for, ms: what it started may still hold its standard error open. */
const LAST_WORDS_WAIT = 50;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProgramOptions {
	readonly command: string;
	readonly arguments: readonly string[];
	readonly environment: Environment;
	/** Folder it starts in; this process's own when absent. */
	readonly folder?: string;
	/** It tells on its standard output when it is ready, see `tells`. */
	readonly tells?: boolean;
}

/** Programs that run, so that none outlives this process. */
const running = new Set<Program>();

/** A program we started, with all that it starts in turn: a process group of its own. */
export class Program {
	/** Resolves when it has ended, with how it ended in words. */
	readonly ended: Promise<string>;
	readonly #command: string;
	readonly #child: ChildProcess;
	#lastWords = "";
	#hasEnded = false;

	constructor(options: ProgramOptions) {
		this.#command = options.command;
		this.#child = spawn(options.command, options.arguments, {
			detached: true,
			stdio: ["ignore", options.tells ? "pipe" : "ignore", "pipe"],
			env: options.environment as NodeJS.ProcessEnv,
			...(options.folder === undefined ? {} : { cwd: options.folder }),
		});
		const words = this.#child.stderr as Readable;
		words.setEncoding("utf8").on("data", (said: string) => {
			this.#lastWords = (this.#lastWords + said).slice(-LAST_WORDS);
		});
		if (running.size === 0) process.once("exit", endAllAtOnce);
		running.add(this);
		this.ended = new Promise((resolve) => {
			this.#child.once("error", (error) =>
				resolve(this.#finish(`could not be started: ${messageOf(error)}`)),
			);
			this.#child.once("exit", async (code, signal) => {
				await Promise.race([
					once(words, "end").catch(() => {}),
					delay(LAST_WORDS_WAIT, undefined, { ref: false }),
				]);
				resolve(this.#finish(signal ? `was ended by ${signal}` : `ended with exit code ${code}`));
			});
		});
	}

	/** The last line it wrote to its standard error, or nothing. */
	get lastWords(): string {
		return this.#lastWords.trim().split("\n").at(-1)?.trim() ?? "";
	}

	/**
	 * The first line of its standard output; undefined when it ends without one. Throws PortholeError `program-failed`
	 * when it takes longer than `limit` ms.
	 */
	async tells(clock: Clock, limit: number): Promise<string | undefined> {
		const output = this.#child.stdout;
		if (!output) return undefined;
		let isLate = false;
		const lines = createInterface({ input: output });
		const cancel = clock.after(limit, () => {
			isLate = true;
			lines.close();
		});
		for await (const line of lines) {
			cancel();
			output.resume();
			return line;
		}
		cancel();
		if (isLate) throw programFailed(this.#command, `It was not ready after ${limit / 1000} seconds.`);
		return undefined;
	}

	/** Ends it and what it started: asked first, forced after a second. Resolves when it has gone. */
	async end(clock: Clock): Promise<void> {
		// Its group may still hold what it left in the background.
		this.signal("SIGTERM");
		if (this.#hasEnded) return;
		const cancel = clock.after(PATIENCE, () => this.signal("SIGKILL"));
		await this.ended;
		cancel();
	}

	/** Sends a signal to the whole process group. */
	signal(signal: NodeJS.Signals): void {
		const pid = this.#child.pid;
		if (pid === undefined) return;
		try {
			process.kill(-pid, signal);
		} catch {
			// All of it has ended.
		}
	}

	#finish(how: string): string {
		this.#hasEnded = true;
		running.delete(this);
		if (running.size === 0) process.removeListener("exit", endAllAtOnce);
		return how;
	}
}

function endAllAtOnce(): void {
	for (const program of running) program.signal("SIGTERM");
}

/** Where a program lies on the PATH; undefined when it is not installed. */
export async function findProgram(name: string, environment: Environment): Promise<string | undefined> {
	for (const folder of (environment.PATH ?? "/usr/local/bin:/usr/bin:/bin").split(delimiter)) {
		const path = join(folder, name);
		try {
			await access(path, constants.X_OK);
			return path;
		} catch {
			// The next folder may have it.
		}
	}
	return undefined;
}
