/** What a row was and is; undefined where there is none. */
export type RowListener<T> = (id: string, before: T | undefined, after: T | undefined) => void;

/** Rows that outlive the process. All of them are in memory too, so that reading waits for nothing. */
export interface Table<T> {
	get(id: string): T | undefined;
	all(): ReadonlyMap<string, T>;
	/**
	 * Makes of a row what it is to be: undefined removes it, the same value leaves it. `next` is called again when another
	 * process was quicker, and what it throws is thrown here. Settles with the row when it is kept. Rejects with
	 * PortholeError `state-not-writable`, where the change counts all the same unless the row is new, or with
	 * `store-unavailable`, where it does not.
	 */
	change(id: string, next: (current: T | undefined) => T | undefined): Promise<T | undefined>;
	/** Hears of every change, whoever made it. The function returned stops that. */
	onChange(listener: RowListener<T>): () => void;
	/** Settles when nothing is being written any more. */
	close(): Promise<void>;
}

/** A table of this process alone. Changes count at once; `save` keeps all rows, and is not called before it has settled. */
export class MemoryTable<T> implements Table<T> {
	readonly #rows: Map<string, T>;
	readonly #listeners = new Set<RowListener<T>>();
	readonly #write: LatestWrite;

	constructor(
		rows: Iterable<readonly [string, T]> = [],
		save: (rows: ReadonlyMap<string, T>) => Promise<void> = async () => {},
	) {
		this.#rows = new Map(rows);
		this.#write = new LatestWrite(() => save(this.#rows));
	}

	get(id: string): T | undefined {
		return this.#rows.get(id);
	}

	all(): ReadonlyMap<string, T> {
		return this.#rows;
	}

	async change(id: string, next: (current: T | undefined) => T | undefined): Promise<T | undefined> {
		const before = this.#rows.get(id);
		const after = next(before);
		if (after === before) return after;
		this.#set(id, after);
		try {
			await this.#write.request();
		} catch (error) {
			if (before === undefined && this.#rows.get(id) === after) this.#set(id, undefined);
			throw error;
		}
		return after;
	}

	onChange(listener: RowListener<T>): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	close(): Promise<void> {
		return this.#write.idle();
	}

	#set(id: string, after: T | undefined): void {
		const before = this.#rows.get(id);
		if (after === undefined) this.#rows.delete(id);
		else this.#rows.set(id, after);
		for (const listener of this.#listeners) listener(id, before, after);
	}
}

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
