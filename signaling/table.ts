import { Backoff } from "./backoff.ts";
import { backgroundClock, type Clock } from "./clock.ts";
import { PortholeError } from "./protocol/errors.ts";

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
	/** Settles when everything has been written, or could not be this one last time. */
	close(): Promise<void>;
}

/** Whether a change of a row that was there counts though it could not be kept: it is written later. */
export function isUnsaved(error: unknown): error is PortholeError {
	return error instanceof PortholeError && error.code === "state-not-writable";
}

/** Told how writing goes: with an error when it begins to fail and when it failed for good, without when it holds again. */
export type WriteListener = (error: unknown, forGood: boolean) => void;

interface MemoryTableOptions<T> {
	/** Keeps all rows; not called before it has settled. */
	readonly save?: (rows: ReadonlyMap<string, T>) => Promise<void>;
	readonly clock?: Pick<Clock, "after">;
	readonly told?: WriteListener;
}

/**
 * A table of this process alone. Changes count at once. What could not be kept is written again until it holds, and once
 * more at closing.
 */
export class MemoryTable<T> implements Table<T> {
	readonly #rows: Map<string, T>;
	readonly #listeners = new Set<RowListener<T>>();
	readonly #write: LatestWrite;

	constructor(
		rows: Iterable<readonly [string, T]> = [],
		{ save = async () => {}, ...options }: MemoryTableOptions<T> = {},
	) {
		this.#rows = new Map(rows);
		this.#write = new LatestWrite(() => save(this.#rows), options);
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
		return this.#write.close();
	}

	#set(id: string, after: T | undefined): void {
		const before = this.#rows.get(id);
		if (after === undefined) this.#rows.delete(id);
		else this.#rows.set(id, after);
		for (const listener of this.#listeners) listener(id, before, after);
	}
}

/** Longest wait before what could not be written is written again, ms. */
export const AGAIN_WITHIN = 30_000;

/**
 * Writes one state at a time. Whoever asks while a write runs shares the next one, which holds all that was said. A write
 * that failed is tried again, at growing intervals, until one holds.
 */
export class LatestWrite {
	readonly #write: () => Promise<void>;
	readonly #clock: Pick<Clock, "after">;
	readonly #told: WriteListener;
	readonly #backoff = new Backoff(Math.random, AGAIN_WITHIN);
	#running: Promise<void> | undefined;
	#next: Promise<void> | undefined;
	#failing = false;
	#closed = false;
	#cancelAgain = () => {};

	constructor(
		write: () => Promise<void>,
		{ clock = backgroundClock, told = () => {} }: Pick<MemoryTableOptions<never>, "clock" | "told"> = {},
	) {
		this.#write = write;
		this.#clock = clock;
		this.#told = told;
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

	/** Settles when everything has been written, or could not be this one last time. */
	async close(): Promise<void> {
		this.#closed = true;
		this.#cancelAgain();
		while (this.#next || this.#running) await (this.#next ?? this.#running)?.catch(() => {});
		if (!this.#failing) return;
		await this.#run().catch((error: unknown) => this.#told(error, true));
	}

	#run(): Promise<void> {
		this.#cancelAgain();
		const done = this.#write().then(
			() => this.#holds(),
			(error: unknown) => this.#failed(error),
		);
		const over = done.finally(() => {
			if (this.#running === over) this.#running = undefined;
		});
		this.#running = over;
		return over;
	}

	#holds(): void {
		if (this.#failing) this.#told(undefined, false);
		this.#failing = false;
		this.#backoff.reset();
	}

	#failed(error: unknown): never {
		if (!this.#failing) this.#told(error, false);
		this.#failing = true;
		if (!this.#closed)
			this.#cancelAgain = this.#clock.after(this.#backoff.next(), () => void this.request().catch(() => {}));
		throw error;
	}
}
