import { randomBytes } from "node:crypto";
import { PortholeError } from "../protocol/errors.ts";
import { LatestWrite } from "../store/latest-write.ts";
import { hostSlug } from "./host-slug.ts";
import { newSecret, secretsEqual, sign } from "./secrets.ts";

/** Keys in the book, at most, revoked ones included. */
const MAX_KEYS = 256;

/** A host key as the book has it; the key itself is shown once and not kept. */
export interface HostKeyRecord {
	readonly id: string;
	/** What its owner calls it. */
	readonly label: string;
	/** Keyed digest of the key. */
	readonly digest: string;
	/** Ms since the epoch. */
	readonly created: number;
	readonly revoked?: number;
	/** The host that used the key first; no other may. */
	readonly bound?: { readonly hostId: string; readonly name: string; readonly slug: string };
}

/** Where host keys outlive the process. One book writes to a store. */
export interface HostKeyStore {
	/** The keys saved last; none on the first start. Throws PortholeError `bad-host-keys` when they cannot be read. */
	load(): Promise<readonly HostKeyRecord[]>;
	/** Replaces all; whole or not at all. Never called again before it has settled. Throws `state-not-writable`. */
	save(records: readonly HostKeyRecord[]): Promise<void>;
}

/** Keeps host keys as long as the process lives. */
export class MemoryHostKeyStore implements HostKeyStore {
	#records: readonly HostKeyRecord[] = [];

	async load(): Promise<readonly HostKeyRecord[]> {
		return this.#records;
	}

	async save(records: readonly HostKeyRecord[]): Promise<void> {
		this.#records = [...records];
	}
}

/** What a host says to be let in. */
export interface HostCredentials {
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
	/** Settles when its key has been bound to it for good; absent when it was before. */
	readonly bound?: Promise<void>;
}

export interface HostKeysDeps {
	readonly store: HostKeyStore;
	/** Digests are made with it. */
	readonly signingKey: string;
	/** Key of the host in this process, if there is one; it is bound to nothing and never kept. */
	readonly ownKey?: string;
	readonly now?: () => number;
	/** The book could not be written; what it says holds until the process ends. */
	readonly unsaved: (error: unknown) => void;
}

/** The book of host keys: who may offer devices here, and what the devices of each host are called. */
export class HostKeys {
	readonly #deps: HostKeysDeps;
	readonly #records: Map<string, HostKeyRecord>;
	readonly #writes: LatestWrite;

	/** Opens the book. Throws PortholeError as the store does. */
	static async open(deps: HostKeysDeps): Promise<HostKeys> {
		return new HostKeys(deps, await deps.store.load());
	}

	constructor(deps: HostKeysDeps, records: readonly HostKeyRecord[] = []) {
		this.#deps = deps;
		this.#records = new Map(records.map((record) => [record.id, record]));
		this.#writes = new LatestWrite(() => deps.store.save([...this.#records.values()]));
	}

	/** The keys that are good. */
	list(): HostKeyRecord[] {
		return [...this.#records.values()].filter(({ revoked }) => revoked === undefined);
	}

	/** Makes a key; it is told here and nowhere else. Throws PortholeError `too-many-host-keys`, or as the store does. */
	async issue(label: string): Promise<{ id: string; key: string }> {
		this.#makeRoom();
		const id = randomBytes(4).toString("hex");
		const key = `${id}.${newSecret()}`;
		this.#records.set(id, { id, label, digest: this.#digest(key), created: this.#now() });
		await this.#writes.request();
		return { id, key };
	}

	/** Ends a key. Throws PortholeError `no-such-host-key`, or as the store does. */
	async revoke(id: string): Promise<void> {
		const record = this.#records.get(id);
		if (!record || record.revoked !== undefined) {
			throw new PortholeError("no-such-host-key", `There is no host key ${id} here.`);
		}
		this.#records.set(id, { ...record, revoked: this.#now() });
		await this.#writes.request();
	}

	/**
	 * Lets a host in, and binds its key to it the first time. Throws PortholeError `wrong-host-key`,
	 * `host-key-revoked` or `host-key-in-use`.
	 */
	admit({ key, hostId, name }: HostCredentials): HostPass {
		const { ownKey } = this.#deps;
		if (ownKey !== undefined && secretsEqual(key, ownKey)) return { id: hostId, prefix: "" };
		const record = this.#records.get(key.slice(0, key.indexOf(".")));
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
		const slug = record.bound?.slug ?? hostSlug(name, this.#slugs());
		const pass = { id: record.id, prefix: `${slug}.` };
		if (record.bound?.name === name) return pass;
		this.#records.set(record.id, { ...record, bound: { hostId, name, slug } });
		return { ...pass, bound: this.#writes.request().catch(this.#deps.unsaved) };
	}

	/** Name of the computer that a device id belongs to, whether or not it is here; undefined when no host would have it. */
	hostOf(deviceId: string): string | undefined {
		return this.list().find(({ bound }) => bound && deviceId.startsWith(`${bound.slug}.`))?.bound?.name;
	}

	/** Settles when everything has been written, or could not be. */
	close(): Promise<void> {
		return this.#writes.idle();
	}

	/** Slugs in use: one comes free with its key, so that a host keeps its devices' ids when its key is replaced. */
	#slugs(): Set<string> {
		return new Set(this.list().flatMap(({ bound }) => bound?.slug ?? []));
	}

	/** Forgets the longest known of the revoked keys when the book is full. */
	#makeRoom(): void {
		if (this.#records.size < MAX_KEYS) return;
		const old = [...this.#records.values()].find(({ revoked }) => revoked !== undefined);
		if (!old) {
			const words = `There are ${MAX_KEYS} host keys already. Revoke one first.`;
			throw new PortholeError("too-many-host-keys", words);
		}
		this.#records.delete(old.id);
	}

	#digest(key: string): string {
		return sign(this.#deps.signingKey, "host-key", key);
	}

	#now(): number {
		return (this.#deps.now ?? Date.now)();
	}
}
