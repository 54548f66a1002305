import * as v from "valibot";
import { PortholeError } from "../protocol/errors.ts";
import type { RowListener, Table } from "../table.ts";
import type { RedisLink } from "./redis-link.ts";

/** Times that a change is tried when others change the same row meanwhile. */
const MAX_TRIES = 100;
/** Changes that wait while everything is taken anew; when further ones are dropped, it is taken once more. */
const MAX_WAITING = 1_000;
/** Longest row, characters. */
const MAX_ROW = 512 * 1024;

interface SharedTableOptions<T> {
	readonly name: string;
	readonly schema: v.GenericSchema<unknown, T>;
	/** Rows, at most; further ones are refused. */
	readonly maxRows: number;
	/** Something in Redis was not understood and is passed over. */
	readonly garbage: () => void;
}

interface Row<T> {
	/** As it stands in Redis. */
	readonly text: string;
	/** Undefined for what is not understood. */
	readonly value: T | undefined;
}

/**
 * A table in a Redis hash, all of which each process has in memory as well. A change is a compare-and-set; it raises the
 * table's revision and is told to everybody in the same step, so that whoever misses one notices.
 */
export class SharedTable<T> implements Table<T> {
	readonly #link: RedisLink;
	readonly #options: SharedTableOptions<T>;
	readonly #rows = new Map<string, Row<T>>();
	readonly #values = new Map<string, T>();
	readonly #listeners = new Set<RowListener<T>>();
	readonly #keys: [string, string];
	readonly #channel: string;
	#revision = 0;
	/** Follows what Redis has. */
	#live = false;
	/** Heard while everything was being taken. */
	#waiting: string[] = [];
	#loading: Promise<void> | undefined;
	/** Everything is to be taken, and what Redis answered last does not count. */
	#wanted = false;
	/** The last change of each row that this process has not finished: it makes them one after the other. */
	readonly #turns = new Map<string, Promise<unknown>>();

	private constructor(link: RedisLink, options: SharedTableOptions<T>) {
		this.#link = link;
		this.#options = options;
		this.#keys = [link.key("table", options.name), link.key("table", options.name, "revision")];
		this.#channel = link.key("changed", options.name);
	}

	/** A table with what Redis holds, if the link is up, or else from when it is. Rejects as the link does. */
	static async open<T>(link: RedisLink, options: SharedTableOptions<T>): Promise<SharedTable<T>> {
		const table = new SharedTable(link, options);
		await link.subscribe(table.#channel, (text) => table.#hear(text));
		await link.use({
			up: () => table.#load(),
			down: () => {
				table.#live = false;
			},
		});
		return table;
	}

	get(id: string): T | undefined {
		return this.#values.get(id);
	}

	all(): ReadonlyMap<string, T> {
		return this.#values;
	}

	change(id: string, next: (current: T | undefined) => T | undefined): Promise<T | undefined> {
		const before = Promise.allSettled([this.#turns.get(id)]).then(() => this.#loading);
		const turn = before.catch(() => {}).then(() => this.#change(id, next));
		this.#turns.set(id, turn);
		return turn.finally(() => {
			if (this.#turns.get(id) === turn) this.#turns.delete(id);
		});
	}

	async #change(id: string, next: (current: T | undefined) => T | undefined): Promise<T | undefined> {
		if (!this.#live) throw unavailable();
		return this.#write(id, next);
	}

	async #write(id: string, next: (current: T | undefined) => T | undefined): Promise<T | undefined> {
		// What is not known here may just have been made elsewhere.
		let row = this.#rows.get(id) ?? this.#read(await this.#link.run(readRow, [this.#keys[0]], [id]));
		for (let left = MAX_TRIES; left > 0; left--) {
			const after = next(row?.value);
			if (after === row?.value && !(row && after === undefined)) return after;
			const text = after === undefined ? "" : JSON.stringify(after);
			if (text.length > MAX_ROW) throw full(this.#options.name);
			const args = [id, row?.text ?? "", text, this.#channel, String(this.#options.maxRows)];
			const [state, now] = (await this.#link.run(changeRow, this.#keys, args)) as [number, unknown];
			if (state === 1) return after;
			if (state === 2) throw full(this.#options.name);
			row = this.#read(now);
		}
		throw unavailable();
	}

	onChange(listener: RowListener<T>): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	async close(): Promise<void> {}

	/** `REVISION ID TEXT`, as the script says it. */
	#hear(notice: string): void {
		if (!this.#live) {
			if (this.#waiting.length < MAX_WAITING) this.#waiting.push(notice);
			return;
		}
		const [, revision, id, text = ""] = /^(\d{1,15}) (\S{1,200}) ([\s\S]*)$/.exec(notice) ?? [];
		if (revision === undefined || id === undefined) return this.#options.garbage();
		// One was missed, or Redis has lost what it had.
		if (Number(revision) !== this.#revision + 1) return void this.#load().catch(() => {});
		this.#revision = Number(revision);
		this.#set(id, this.#read(text));
	}

	/**
	 * Takes everything from Redis, one load at a time. One that is asked for meanwhile is the one that runs, unless that has
	 * its answer already: then another follows.
	 */
	#load(): Promise<void> {
		this.#live = false;
		this.#waiting = [];
		this.#wanted = true;
		this.#loading ??= this.#loadWhileWanted().finally(() => {
			this.#loading = undefined;
		});
		return this.#loading;
	}

	async #loadWhileWanted(): Promise<void> {
		while (this.#wanted) await this.#loadNow();
	}

	async #loadNow(): Promise<void> {
		const [revision, flat] = (await this.#link.run(loadRows, this.#keys)) as [string, string[]];
		this.#wanted = false;
		const waiting = this.#waiting.filter((notice) => Number.parseInt(notice, 10) > Number(revision));
		const rows = new Map<string, Row<T> | undefined>();
		for (let at = 0; at + 1 < flat.length && rows.size < this.#options.maxRows; at += 2)
			rows.set(flat[at] as string, this.#read(flat[at + 1]));
		const lost = Number(revision) < this.#revision ? new Map(this.#values) : undefined;
		this.#revision = Number(revision);
		this.#live = true;
		if (lost) await this.#putBack(lost);
		else for (const id of this.#rows.keys()) if (!rows.has(id)) this.#set(id, undefined);
		for (const [id, row] of rows) if (!lost?.has(id)) this.#set(id, row);
		for (const notice of waiting) this.#hear(notice);
	}

	/** Redis came back with an older state, or none: what is known here is newer. */
	async #putBack(values: ReadonlyMap<string, T>): Promise<void> {
		for (const [id, value] of values) {
			this.#rows.delete(id);
			await this.#write(id, () => value);
		}
	}

	#read(text: unknown): Row<T> | undefined {
		if (typeof text !== "string" || text === "") return undefined;
		try {
			if (text.length > MAX_ROW) throw new Error("too long");
			return { text, value: v.parse(this.#options.schema, JSON.parse(text)) };
		} catch {
			this.#options.garbage();
			return { text: text.length > MAX_ROW ? "" : text, value: undefined };
		}
	}

	#set(id: string, row: Row<T> | undefined): void {
		const before = this.#values.get(id);
		if (row?.text === this.#rows.get(id)?.text) return;
		if (row) this.#rows.set(id, row);
		else this.#rows.delete(id);
		if (row?.value === undefined) this.#values.delete(id);
		else this.#values.set(id, row.value);
		if (before === undefined && row?.value === undefined) return;
		for (const listener of this.#listeners) listener(id, before, row?.value);
	}
}

function unavailable(): PortholeError {
	const words = "What signaling servers share in Redis cannot be changed just now. Try again in a moment.";
	return new PortholeError("store-unavailable", words);
}

function full(name: string): PortholeError {
	return new PortholeError("store-full", `There is no room for more ${name} in Redis.`);
}

/*
 * Scripts of `SharedTable`. Each is one step for everybody who uses the Redis.
 * KEYS: the table's hash, its revision.
 */

/** ARGV: id. Gives the row's text, or nothing. */
const readRow = `return redis.call('HGET', KEYS[1], ARGV[1])`;

/**
 * ARGV: id, the text that the row should have, the one it is to get (empty: none), channel, most rows. Gives 1 and the
 * revision, 0 and the text that the row has, or 2 when there are too many rows.
 */
const changeRow = `
local now = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if now ~= ARGV[2] then return {0, now} end
if ARGV[3] == '' then
	redis.call('HDEL', KEYS[1], ARGV[1])
else
	if now == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return {2, ''} end
	redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
local revision = redis.call('INCR', KEYS[2])
redis.call('PUBLISH', ARGV[4], string.format('%d %s ', revision, ARGV[1]) .. ARGV[3])
return {1, revision}`;

/** Gives the revision, and ids and texts in turn. */
const loadRows = `return {redis.call('GET', KEYS[2]) or '0', redis.call('HGETALL', KEYS[1])}`;
