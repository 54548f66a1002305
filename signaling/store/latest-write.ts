/** Writes one state at a time. Whoever asks while a write runs shares the next one, which holds all that was said. */
export class LatestWrite {
	readonly #write: () => Promise<void>;
	#running: Promise<void> | undefined;
	#next: Promise<void> | undefined;

	constructor(write: () => Promise<void>) {
		this.#write = write;
	}

	/** Settles when the state as it is now has been written; rejects as the write does. */
	request(): Promise<void> {
		if (!this.#running) return this.#run();
		this.#next ??= this.#running
			.catch(() => {})
			.then(() => {
				this.#next = undefined;
				return this.#run();
			});
		return this.#next;
	}

	/** Settles when nothing is being written any more. */
	async idle(): Promise<void> {
		while (this.#next || this.#running) await (this.#next ?? this.#running)?.catch(() => {});
	}

	#run(): Promise<void> {
		const done = this.#write().finally(() => {
			if (this.#running === done) this.#running = undefined;
		});
		this.#running = done;
		return done;
	}
}
