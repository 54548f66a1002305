import { join } from "node:path";
import * as v from "valibot";
import type { HostKeyRecord, HostKeyStore } from "../grants/host-keys.ts";
import { messageOf, PortholeError } from "../protocol/errors.ts";
import { readPrivate, writePrivate } from "./private-file.ts";

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
/** A host key as it is kept. */
export const hostKeyRecordSchema = v.object({
	id: text,
	label: v.pipe(v.string(), v.maxLength(80)),
	digest: text,
	created: v.number(),
	revoked: v.exactOptional(v.number()),
	bound: v.exactOptional(v.object({ hostId: text, name: text, slug: text })),
});
const fileSchema = v.object({
	version: v.literal(1),
	keys: v.pipe(v.array(hostKeyRecordSchema), v.maxLength(256)),
});

/** Keeps the book of host keys in `host-keys.json` of a state folder, for the user alone. */
export class HostKeyFile implements HostKeyStore {
	readonly #path: string;

	constructor(stateFolder: string) {
		this.#path = join(stateFolder, "host-keys.json");
	}

	async load(): Promise<readonly HostKeyRecord[]> {
		try {
			const text = await readPrivate(this.#path);
			return text === undefined ? [] : v.parse(fileSchema, JSON.parse(text)).keys;
		} catch (cause) {
			const words = `The host keys in ${this.#path} cannot be used: ${messageOf(cause)}. Remove the file to begin without any.`;
			throw new PortholeError("bad-host-keys", words, { cause });
		}
	}

	save(keys: readonly HostKeyRecord[]): Promise<void> {
		return writePrivate(this.#path, JSON.stringify({ version: 1, keys }, undefined, "\t"));
	}
}
