import type { Clock } from "../clock.ts";
import { Program, type ProgramOptions } from "./program.ts";

/** A program that ends sooner than this after its start has failed, ms. */
const SOON = 2000;

/** How long to wait before the next start after a failure, and how often to try, ms and times. */
const PAUSE = 500;
const TRIES = 4;

/** A program that is started again whenever it ends, as when somebody closes the terminal. */
export class KeptProgram {
	readonly #options: ProgramOptions;
	readonly #clock: Clock;
	readonly #onGivenUp: (how: string) => void;
	#program: Program;
	#startedAt = 0;
	#failures = 0;
	#closed = false;
	#cancelRestart = () => {};

	/** `onGivenUp` tells how it ended when it fails again and again. */
	constructor(options: ProgramOptions, clock: Clock, onGivenUp: (how: string) => void) {
		this.#options = options;
		this.#clock = clock;
		this.#onGivenUp = onGivenUp;
		this.#program = this.#start();
	}

	/** As Program's, of its first run. */
	tells(limit: number): Promise<string | undefined> {
		return this.#program.tells(this.#clock, limit);
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
			this.#onGivenUp(program.lastWords ? `${how}: ${program.lastWords}` : how);
			return;
		}
		this.#cancelRestart = this.#clock.after(this.#failures === 0 ? 0 : PAUSE, () => {
			this.#program = this.#start();
		});
	}
}
