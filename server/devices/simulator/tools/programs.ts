import { type ChildProcess, spawn } from "node:child_process";
import * as v from "valibot";
import { messageOf, type PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";
import { simulatorError } from "../errors.ts";

/** How programs of the machine are run; injected, so that tests need no Mac. */
export interface Tools {
	/**
	 * Runs a program to its end, whatever its exit code. Throws PortholeError `program-missing`, `program-silent` when it
	 * takes longer than `limit`, or `program-overflow`.
	 */
	run(command: string, args: readonly string[], options?: RunOptions): Promise<Ran>;
	/** Starts a program that goes on until it ends or `end()` is called. Never throws: what is wrong comes as its end. */
	start(command: string, args: readonly string[], events: ProgramEvents): RunningProgram;
}

export interface RunOptions {
	/** Written to its standard input, which is then closed. */
	readonly input?: string;
	/** How long it may take, ms; 20 s when absent. */
	readonly limit?: number;
	/** Bytes of standard output that are read at most; 8 MiB when absent. */
	readonly maxBytes?: number;
}

/** How a program ended. */
export interface Ran {
	/** Absent: a signal ended it. */
	readonly code: number | undefined;
	readonly output: Buffer;
	/** The last 4 KiB of its standard error. */
	readonly words: string;
}

export interface ProgramEvents {
	/** A piece of its standard output; may end it. */
	output(piece: Buffer): void;
	/** It has ended by itself; `how` completes "the program …". Called once, never after `end()`. */
	ended(how: string): void;
}

export interface RunningProgram {
	/** Writes to its standard input; false when so much waits there that it cannot be reading. */
	write(text: string): boolean;
	/** Ends it: asked first, forced after a second. Resolves when it has gone; may be called twice. */
	end(): Promise<void>;
}

/** What is kept of a program's standard error, bytes. */
export const MAX_WORDS = 4096;

/** How a program ended, in words that complete "the program …", with the last line of what it said. */
function endingOf(code: number | null, signal: string | null, words: string): string {
	const last = words.trim().split("\n").at(-1)?.trim().slice(0, 300);
	const how = signal ? `was ended by ${signal}` : `ended with exit code ${code ?? "unknown"}`;
	return last ? `${how}: ${last}` : how;
}

const RUN_LIMIT = 20_000;
const MAX_OUTPUT = 8 * 1024 * 1024;
/** What may wait for a program to read it, bytes. */
const MAX_WAITING = 256 * 1024;
/** How long a program may take to end after it was asked to, ms. */
const PATIENCE = 1000;

/** Programs that run, so that none outlives this process. */
const running = new Set<ChildProcess>();

/** The machine's own programs. */
export class SystemTools implements Tools {
	readonly #clock: Clock;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
		const { input, limit = RUN_LIMIT, maxBytes = MAX_OUTPUT } = options;
		return new Promise((resolve, reject) => {
			const child = launch(command, args, input === undefined ? "ignore" : "pipe");
			const words = keepWords(child);
			const pieces: Buffer[] = [];
			let size = 0;
			const fail = (error: PortholeError) => {
				cancel();
				child.kill("SIGKILL");
				// What it started may hold its output open: nobody waits for that.
				child.stdout?.destroy();
				child.stderr?.destroy();
				reject(error);
			};
			const cancel = this.#clock.after(limit, () =>
				fail(
					simulatorError(
						"program-silent",
						`${command} ${args.join(" ")} took longer than ${limit / 1000} s.`,
					),
				),
			);
			child.stdout?.on("data", (piece: Buffer) => {
				size += piece.length;
				if (size > maxBytes)
					fail(simulatorError("program-overflow", `${command} said more than ${maxBytes} bytes.`));
				else pieces.push(piece);
			});
			child.once("error", (error) => {
				cancel();
				running.delete(child);
				reject(cannotStart(command, error));
			});
			child.once("close", (code) => {
				cancel();
				running.delete(child);
				resolve({ code: code ?? undefined, output: Buffer.concat(pieces), words: words() });
			});
			// It may end before it has read everything, which its exit code tells.
			child.stdin?.on("error", () => {});
			child.stdin?.end(input);
		});
	}

	start(command: string, args: readonly string[], events: ProgramEvents): RunningProgram {
		const child = launch(command, args, "pipe");
		const words = keepWords(child);
		let over = false;
		const gone = new Promise<void>((resolve) => {
			const finish = (how: string) => {
				running.delete(child);
				resolve();
				if (over) return;
				over = true;
				events.ended(how);
			};
			child.once("error", (error) => finish(`could not be started: ${messageOf(error)}`));
			child.once("close", (code, signal) => finish(endingOf(code, signal, words())));
		});
		child.stdin?.on("error", () => {});
		child.stdout?.on("data", (piece: Buffer) => {
			if (!over) events.output(piece);
		});
		const hasGone = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
		return {
			write: (text) => {
				if (over || !child.stdin || child.stdin.writableLength > MAX_WAITING) return false;
				child.stdin.write(text);
				return true;
			},
			end: async () => {
				over = true;
				if (hasGone()) return;
				child.stdin?.end();
				child.kill("SIGTERM");
				const cancel = this.#clock.after(PATIENCE, () => child.kill("SIGKILL"));
				await gone;
				cancel();
			},
		};
	}
}

function launch(command: string, args: readonly string[], stdin: "pipe" | "ignore"): ChildProcess {
	const child = spawn(command, args, { stdio: [stdin, "pipe", "pipe"] });
	if (running.size === 0) process.once("exit", endAllAtOnce);
	running.add(child);
	child.once("close", () => {
		if (running.size === 0) process.removeListener("exit", endAllAtOnce);
	});
	return child;
}

function keepWords(child: ChildProcess): () => string {
	let words = "";
	child.stderr?.setEncoding("utf8").on("data", (said: string) => {
		words = (words + said).slice(-MAX_WORDS);
	});
	return () => words;
}

function cannotStart(command: string, error: NodeJS.ErrnoException): PortholeError {
	if (error.code === "ENOENT")
		return simulatorError("program-missing", `${command} is not installed, or not on the PATH.`, error);
	return simulatorError("program-failed", `${command} could not be started: ${error.message}.`, error);
}

function endAllAtOnce(): void {
	for (const child of running) child.kill("SIGTERM");
}

/** Reads the JSON that a program answered. `asked`: its name and arguments. Throws PortholeError `bad-answer`. */
export function readAnswer<Schema extends v.GenericSchema>(
	schema: Schema,
	output: Buffer,
	asked: readonly string[],
): v.InferOutput<Schema> {
	try {
		return v.parse(schema, JSON.parse(output.toString("utf8")));
	} catch (cause) {
		throw simulatorError("bad-answer", `${asked.join(" ")} answered what cannot be read.`, cause);
	}
}
