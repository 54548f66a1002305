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
	readonly most?: number;
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
export function endingOf(code: number | null, signal: string | null, words: string): string {
	const last = words.trim().split("\n").at(-1)?.trim().slice(0, 300);
	const how = signal ? `was ended by ${signal}` : `ended with exit code ${code ?? "unknown"}`;
	return last ? `${how}: ${last}` : how;
}
