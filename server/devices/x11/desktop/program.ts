import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf, PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";

/** How long a program may take to end after it was asked to, ms. */
const PATIENCE = 1000;

/** How much of a program's standard error is kept, characters. */
const MAX_ERROR = 1000;

/** How long to wait for the rest of it after the program ended, ms: its children may still hold it open. */
const ERROR_WAIT = 50;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProgramOptions {
	readonly command: string;
	readonly arguments: readonly string[];
	readonly environment: Environment;
	/** Folder it starts in; this process's own when absent. */
	readonly folder?: string;
	/** Its standard output is read, see `firstLine`. */
	readonly output?: boolean;
}

/** Programs that run now, so that none outlives this process. */
const running = new Set<Program>();

/** A program in a process group of its own, so that all that it starts ends with it. */
export class Program {
	/** Resolves when it has ended, with how it ended in words. */
	readonly ended: Promise<string>;
	readonly #command: string;
	readonly #child: ChildProcess;
	#errorOutput = "";
	#hasEnded = false;

	constructor(options: ProgramOptions) {
		this.#command = options.command;
		this.#child = spawn(options.command, options.arguments, {
			detached: true,
			stdio: ["ignore", options.output ? "pipe" : "ignore", "pipe"],
			env: options.environment as NodeJS.ProcessEnv,
			...(options.folder === undefined ? {} : { cwd: options.folder }),
		});
		const errors = this.#child.stderr as Readable;
		errors.setEncoding("utf8").on("data", (text: string) => {
			this.#errorOutput = (this.#errorOutput + text).slice(-MAX_ERROR);
		});
		if (running.size === 0) process.once("exit", endAllAtOnce);
		running.add(this);
		this.ended = new Promise((resolve) => {
			this.#child.once("error", (error) =>
				resolve(this.#finish(`could not be started: ${messageOf(error)}`)),
			);
			this.#child.once("exit", async (code, signal) => {
				await Promise.race([once(errors, "end").catch(() => {}), delay(ERROR_WAIT)]);
				resolve(this.#finish(signal ? `was ended by ${signal}` : `ended with exit code ${code}`));
			});
		});
	}

	/** The last line it wrote to its standard error, or nothing. */
	get lastError(): string {
		return this.#errorOutput.trim().split("\n").at(-1)?.trim() ?? "";
	}

	/**
	 * The first line of its standard output; undefined when it ends without one. Throws PortholeError `program-failed`
	 * when it takes longer than `limit` ms.
	 */
	async firstLine(clock: Clock, limit: number): Promise<string | undefined> {
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

	/** Ends it and its children: SIGTERM first, SIGKILL after a second. Resolves when it has ended. */
	async end(clock: Clock): Promise<void> {
		// Its group may still hold children that it left in the background.
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

/** A program that ends sooner than this after its start has failed, ms. */
const SOON = 2000;

/** How long to wait before the next start after a failure, and how often to try, ms and times. */
const PAUSE = 500;
const TRIES = 4;

/** Starts a program again whenever it ends, as when somebody closes the terminal. */
export class SupervisedProgram {
	readonly #options: ProgramOptions;
	readonly #clock: Clock;
	readonly #onGiveUp: (how: string) => void;
	#program: Program;
	#startedAt = 0;
	#failures = 0;
	#closed = false;
	#cancelRestart = () => {};

	/** `onGiveUp` is called with how it ended when it fails again and again. */
	constructor(options: ProgramOptions, clock: Clock, onGiveUp: (how: string) => void) {
		this.#options = options;
		this.#clock = clock;
		this.#onGiveUp = onGiveUp;
		this.#program = this.#start();
	}

	/** As `Program.firstLine`, of the present run. */
	firstLine(limit: number): Promise<string | undefined> {
		return this.#program.firstLine(this.#clock, limit);
	}

	async close(): Promise<void> {
		this.#closed = true;
		this.#cancelRestart();
		await this.#program.end(this.#clock);
	}

	#start(): Program {
		const program = new Program(this.#options);
		this.#startedAt = this.#clock.now();
		void program.ended.then((how) => this.#hasEnded(program, how));
		return program;
	}

	#hasEnded(program: Program, how: string): void {
		if (this.#closed) return;
		this.#failures = this.#clock.now() - this.#startedAt < SOON ? this.#failures + 1 : 0;
		if (this.#failures >= TRIES) {
			this.#onGiveUp(program.lastError ? `${how}: ${program.lastError}` : how);
			return;
		}
		this.#cancelRestart = this.#clock.after(this.#failures === 0 ? 0 : PAUSE, () => {
			this.#program = this.#start();
		});
	}
}

/** The path of a program on the PATH; undefined when it is not installed. */
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

/** A program that is not installed, and how to get it on Debian and its relatives. */
export function programMissing(program: string, debianPackage: string): PortholeError {
	return new PortholeError(
		"program-missing",
		`A desktop needs ${program}, which is not installed. sudo apt-get install -y ${debianPackage} installs it.`,
	);
}

/** A program that did not start, or failed; `why` is a whole sentence. */
export function programFailed(program: string, why: string): PortholeError {
	return new PortholeError("program-failed", `${program} could not be used. ${why}`);
}
