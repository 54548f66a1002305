import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../../../signaling/protocol/errors.ts";
import type { Clock } from "../clock.ts";

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
	/** Read what it says on descriptor 3, as an X server tells its display number. */
	readonly tellsOnDescriptor3?: boolean;
}

/** Programs that run, so that none outlives this process. */
const running = new Set<Program>();

/** A program we started, with all that it starts in turn: a process group of its own. */
export class Program {
	/** Resolves when it has ended, with how it ended in words. */
	readonly ended: Promise<string>;
	readonly #child: ChildProcess;
	#lastWords = "";
	#hasEnded = false;

	constructor(options: ProgramOptions) {
		this.#child = spawn(options.command, options.arguments, {
			detached: true,
			stdio: ["ignore", "ignore", "pipe", options.tellsOnDescriptor3 ? "pipe" : "ignore"],
			env: options.environment as NodeJS.ProcessEnv,
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

	get hasEnded(): boolean {
		return this.#hasEnded;
	}

	/** The last line it wrote to its standard error, or nothing. */
	get lastWords(): string {
		return this.#lastWords.trim().split("\n").at(-1)?.trim() ?? "";
	}

	/** What it says on descriptor 3 up to the first line break; undefined when it ends without. */
	async tells(): Promise<string | undefined> {
		let text = "";
		for await (const chunk of (this.#child.stdio[3] as Readable | null) ?? []) {
			text += String(chunk);
			const end = text.indexOf("\n");
			if (end >= 0) return text.slice(0, end);
		}
		return undefined;
	}

	/** Ends it and what it started: asked first, forced after a second. Resolves when it has gone. */
	async end(clock: Clock): Promise<void> {
		if (this.#hasEnded) return;
		this.signal("SIGTERM");
		const cancel = clock.after(PATIENCE, () => this.signal("SIGKILL"));
		await this.ended;
		cancel();
	}

	/** Sends a signal to the whole process group. */
	signal(signal: NodeJS.Signals): void {
		const pid = this.#child.pid;
		if (pid === undefined || this.#hasEnded) return;
		try {
			process.kill(-pid, signal);
		} catch {
			// It ended meanwhile.
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
