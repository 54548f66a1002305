import { simulatorError } from "../../server/devices/simulator/errors.ts";
import type {
	ProgramEvents,
	Ran,
	RunningProgram,
	RunOptions,
	Tools,
} from "../../server/devices/simulator/tools/programs.ts";

/** How a program that is run answers: its output, or how it fails. */
export interface FakeAnswer {
	readonly output?: string | Uint8Array;
	readonly code?: number;
	readonly words?: string;
	/** Done before it ends, as by a program that writes a file. */
	readonly effect?: () => void | Promise<void>;
}

/** A program that was started, for a test to speak for it. */
export class FakeProgram implements RunningProgram {
	readonly command: readonly string[];
	readonly written: string[] = [];
	ended = false;
	/** It does not read what is written to it. */
	stuck = false;
	readonly #events: ProgramEvents;

	constructor(command: readonly string[], events: ProgramEvents) {
		this.command = command;
		this.#events = events;
	}

	/** Everything that was written to it, a line each. */
	get lines(): string[] {
		return this.written.join("").split("\n").slice(0, -1);
	}

	write(text: string): boolean {
		if (this.ended || this.stuck) return false;
		this.written.push(text);
		return true;
	}

	async end(): Promise<void> {
		this.ended = true;
	}

	says(output: string | Uint8Array): void {
		if (!this.ended) this.#events.output(Buffer.from(output as Uint8Array));
	}

	/** It ends by itself. */
	dies(how = "ended with exit code 1: it broke"): void {
		if (this.ended) return;
		this.ended = true;
		this.#events.ended(how);
	}
}

/** Programs of a Mac, which do not run here: each command line has the answer that a test gives it. */
export class FakeTools implements Tools {
	/** Answers by command line; the longest beginning that fits counts. What is not there is not installed. */
	readonly answers = new Map<string, FakeAnswer | (() => FakeAnswer)>();
	readonly ran: string[] = [];
	/** What was written to the standard input of each that ran. */
	readonly inputs: (string | undefined)[] = [];
	readonly started: FakeProgram[] = [];

	/** Gives an answer to every command line that begins so. */
	on(beginning: string, answer: FakeAnswer | (() => FakeAnswer)): this {
		this.answers.set(beginning, answer);
		return this;
	}

	async run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
		const line = [command, ...args].join(" ");
		this.ran.push(line);
		this.inputs.push(options.input);
		const [beginning] = [...this.answers.keys()]
			.filter((key) => line.startsWith(key))
			.sort((one, other) => other.length - one.length);
		if (beginning === undefined) throw simulatorError("program-missing", `${command} is not installed.`);
		const given = this.answers.get(beginning);
		const answer = (typeof given === "function" ? given() : given) ?? {};
		await answer.effect?.();
		const { code = 0, output = "", words = "" } = answer;
		return { code, output: Buffer.from(output as Uint8Array), words };
	}

	start(command: string, args: readonly string[], events: ProgramEvents): FakeProgram {
		const program = new FakeProgram([command, ...args], events);
		this.started.push(program);
		return program;
	}

	/** The last program started. */
	get last(): FakeProgram {
		const program = this.started.at(-1);
		if (!program) throw new Error("no program was started");
		return program;
	}
}
