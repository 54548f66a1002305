import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { PortholeError } from "../protocol/errors.ts";
import { type WallClock, type WallTime, wallClock, wallTimeSchema } from "../protocol/time.ts";
import { isUnsaved, MemoryTable, type Table } from "../table.ts";
import { newSecret, secretsEqual, sign } from "./secrets.ts";

/** Keys in the book, at most, revoked ones included. */
export const MAX_KEYS = 256;
/** The only row of the table holds the whole book: no two of its keys may give their hosts the same name. */
export const HOST_KEY_BOOK = "book";

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

/** A host key as the book has it; the key itself is shown once and not kept. */
export interface HostKeyRecord {
	readonly id: string;
	/** What its owner calls it. */
	readonly label: string;
	/** Keyed digest of the key. */
	readonly digest: string;
	/** Ms since the epoch. */
	readonly created: WallTime;
	readonly revoked?: WallTime;
	/** The host that used the key first; no other may. */
	readonly bound?: { readonly hostId: string; readonly name: string; readonly slug: string };
}

/** A host key as it is written down. */
export const hostKeyRecordSchema = v.object({
	id: text,
	label: v.pipe(v.string(), v.maxLength(80)),
	digest: text,
	created: wallTimeSchema,
	revoked: v.exactOptional(wallTimeSchema),
	bound: v.exactOptional(v.object({ hostId: text, name: text, slug: text })),
}) satisfies v.GenericSchema<unknown, HostKeyRecord>;

/** What a host says to be let in. */
interface HostCredentials {
	readonly key: string;
	readonly hostId: string;
	/** Of the computer, for people. */
	readonly name: string;
}

/** A host that was let in. */
export interface HostPass {
	/** What signaling knows the host by. */
	readonly id: string;
	/** Put before the ids of its devices, such as `studio.`; empty for the host of this process. */
	readonly prefix: string;
	/**
	 * Settles when its key has been bound to it for good; absent when it was before. Rejects with PortholeError when it
	 * could not be, as another process was quicker: the host may try again.
	 */
	readonly bound?: Promise<void>;
}

interface HostKeysOptions {
	/** Where the keys are kept; as long as the process lives when absent. */
	readonly table?: Table<readonly HostKeyRecord[]>;
	/** Digests are made with it. */
	readonly signingKey: string;
	/** Key of the host in this process, if there is one; it is bound to nothing and never kept. */
	readonly ownKey?: string;
	readonly now?: WallClock;
}

/** The book of host keys: who may offer devices here, and what the devices of each host are called. */
export class HostKeys {
	readonly #options: HostKeysOptions;
	readonly #table: Table<readonly HostKeyRecord[]>;

	constructor(options: HostKeysOptions) {
		this.#options = options;
		this.#table = options.table ?? new MemoryTable();
	}

	/** The keys that are good. */
	list(): HostKeyRecord[] {
		return this.#records().filter(({ revoked }) => revoked === undefined);
	}

	/** Makes a key; it is told here and nowhere else. Throws PortholeError `too-many-host-keys`, or as `Table.change` does. */
	async issue(label: string): Promise<{ id: string; key: string }> {
		const id = randomBytes(4).toString("hex");
		const key = `${id}.${newSecret()}`;
		const record = { id, label, digest: this.#digest(key), created: this.#now() };
		try {
			await this.#change((records) => [...withRoom(records), record]);
		} catch (error) {
			// Nobody is told the key: it is not to be kept either.
			this.#change((records) => records.filter((one) => one.id !== id)).catch(() => {});
			throw error;
		}
		return { id, key };
	}

	/**
	 * Ends a key. `unsaved`: why that is not kept yet, though it counts. Throws PortholeError `no-such-host-key` or
	 * `store-unavailable`.
	 */
	async revoke(id: string): Promise<{ readonly unsaved?: PortholeError }> {
		try {
			await this.#change((records) => {
				const record = records.find((one) => one.id === id && one.revoked === undefined);
				if (!record) throw new PortholeError("no-such-host-key", `There is no host key ${id} here.`);
				return replaced(records, { ...record, revoked: this.#now() });
			});
			return {};
		} catch (error) {
			if (!isUnsaved(error)) throw error;
			return { unsaved: error };
		}
	}

	/** Hears of each key that is revoked, also by another process. The function returned stops that. */
	onRevoked(listener: (id: string) => void): () => void {
		return this.#table.onChange((_id, before = [], after = []) => {
			const good = new Set(before.flatMap(({ id, revoked }) => (revoked === undefined ? [id] : [])));
			for (const { id, revoked } of after) if (revoked !== undefined && good.has(id)) listener(id);
		});
	}

	/**
	 * Lets a host in, and binds its key to it the first time. Throws PortholeError `wrong-host-key`,
	 * `host-key-revoked` or `host-key-in-use`.
	 */
	admit(credentials: HostCredentials): HostPass {
		const { key, hostId, name } = credentials;
		const { ownKey } = this.#options;
		if (ownKey !== undefined && secretsEqual(key, ownKey)) return { id: hostId, prefix: "" };
		const record = this.#recordFor(this.#records(), credentials);
		const { slug } = boundTo(record, credentials, this.#records());
		const pass = { id: record.id, prefix: `${slug}.` };
		return record.bound?.name === name ? pass : { ...pass, bound: this.#bind(credentials, slug) };
	}

	/** Name of the computer that a device id belongs to, whether or not it is here; undefined when no host would have it. */
	hostOf(deviceId: string): string | undefined {
		return this.list().find(({ bound }) => bound && deviceId.startsWith(`${bound.slug}.`))?.bound?.name;
	}

	/** Settles when everything has been written, or could not be. */
	close(): Promise<void> {
		return this.#table.close();
	}

	/** Keeps that a key belongs to a host. Rejects when its devices have to be called otherwise than was taken for good. */
	async #bind(credentials: HostCredentials, expected: string): Promise<void> {
		try {
			await this.#change((records) => {
				const record = this.#recordFor(records, credentials);
				const bound = boundTo(record, credentials, records);
				if (bound.slug === expected) return replaced(records, { ...record, bound });
				const words = `The name ${expected} was just taken by another host. Try again.`;
				throw new PortholeError("host-name-taken", words);
			});
		} catch (error) {
			// Counts all the same, and is written later.
			if (!isUnsaved(error)) throw error;
		}
	}

	/** The record of a key that is good for a host. Throws PortholeError as `admit` does. */
	#recordFor(records: readonly HostKeyRecord[], { key, hostId }: HostCredentials): HostKeyRecord {
		const record = records.find(({ id }) => id === key.slice(0, key.indexOf(".")));
		if (!record || !secretsEqual(this.#digest(key), record.digest)) {
			const words = "The host key is wrong. Make one with porthole host-keys add, where signaling runs.";
			throw new PortholeError("wrong-host-key", words);
		}
		if (record.revoked !== undefined) {
			throw new PortholeError("host-key-revoked", `The host key ${record.id} has been revoked.`);
		}
		if (record.bound && record.bound.hostId !== hostId) {
			const words = `The host key ${record.id} belongs to another host (${record.bound.name}). Make one for this host with porthole host-keys add, where signaling runs.`;
			throw new PortholeError("host-key-in-use", words);
		}
		return record;
	}

	#records(): readonly HostKeyRecord[] {
		return this.#table.get(HOST_KEY_BOOK) ?? [];
	}

	async #change(next: (records: readonly HostKeyRecord[]) => readonly HostKeyRecord[]): Promise<void> {
		await this.#table.change(HOST_KEY_BOOK, (records) => next(records ?? []));
	}

	#digest(key: string): string {
		return sign(this.#options.signingKey, "host-key", key);
	}

	#now(): WallTime {
		return (this.#options.now ?? wallClock)();
	}
}

/**
 * What a host's key is bound to. Slugs in use are those of good keys: one comes free with its key, so that a host keeps
 * its devices' ids when its key is replaced.
 */
function boundTo(
	record: HostKeyRecord,
	{ hostId, name }: HostCredentials,
	records: readonly HostKeyRecord[],
): NonNullable<HostKeyRecord["bound"]> {
	const slugs = records.flatMap(({ bound, revoked }) => (bound && revoked === undefined ? [bound.slug] : []));
	return { hostId, name, slug: record.bound?.slug ?? hostSlug(name, new Set(slugs)) };
}

function replaced(records: readonly HostKeyRecord[], record: HostKeyRecord): HostKeyRecord[] {
	return records.map((one) => (one.id === record.id ? record : one));
}

/** Without the longest known of the revoked keys when the book is full. */
function withRoom(records: readonly HostKeyRecord[]): readonly HostKeyRecord[] {
	if (records.length < MAX_KEYS) return records;
	const old = records.find(({ revoked }) => revoked !== undefined);
	if (old) return records.filter((one) => one !== old);
	const words = `There are ${MAX_KEYS} host keys already. Revoke one first.`;
	throw new PortholeError("too-many-host-keys", words);
}

/** Longest slug, so that a qualified device id has room for the device's own. */
const MAX_SLUG = 20;

/** What a host's name becomes in device ids: `Ana's Studio` is `ana-s-studio`; numbered when another host has it. */
export function hostSlug(name: string, taken: ReadonlySet<string>): string {
	const plain = name
		.normalize("NFKD")
		.toLowerCase()
		.replace(/\p{M}/gu, "")
		.replace(/[^a-z0-9]+/g, "-");
	const base = trimDashes(trimDashes(plain).slice(0, MAX_SLUG)) || "host";
	for (let number = 1; ; number++) {
		const suffix = number === 1 ? "" : `-${number}`;
		const slug = trimDashes(base.slice(0, MAX_SLUG - suffix.length)) + suffix;
		if (!taken.has(slug)) return slug;
	}
}

function trimDashes(text: string): string {
	return text.replace(/^-+|-+$/g, "");
}
