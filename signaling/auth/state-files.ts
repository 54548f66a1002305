import { homedir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { createPrivate, readPrivate, writePrivate } from "../private-file.ts";
import type { ErrorCode } from "../protocol/error-codes.ts";
import { messageOf, PortholeError } from "../protocol/errors.ts";
import { MemoryTable, type Table, type WriteListener } from "../table.ts";
import type { AccessKeys } from "./access.ts";
import { type Grant, grantSchema } from "./grant.ts";
import { HOST_KEY_BOOK, type HostKeyRecord, hostKeyRecordSchema } from "./host-keys.ts";
import { newSecret } from "./secrets.ts";

/*
 * What is kept in the state folder, for the user alone (0600): `keys.json`, `grants.json` and `host-keys.json`. A file
 * that cannot be read is refused and left as it is; somebody may still want what is in it.
 */

/** The secrets as JSON. */
export const keysSchema = v.object({
	ownerToken: v.pipe(v.string(), v.minLength(16)),
	signingKey: v.pipe(v.string(), v.minLength(16)),
});

const grantsFileSchema = v.object({
	/** 1 had signed tokens in its links. */
	version: v.literal(2),
	grants: v.pipe(v.array(grantSchema), v.maxLength(10_000)),
});

const hostKeysFileSchema = v.object({
	version: v.literal(1),
	keys: v.pipe(v.array(hostKeyRecordSchema), v.maxLength(256)),
});

/** The state folder when none is named: `$XDG_STATE_HOME/porthole` or `~/.local/state/porthole`. */
export function defaultStateFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
	return join(env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "porthole");
}

export function newKeys(): AccessKeys {
	return { ownerToken: newSecret(), signingKey: newSecret() };
}

/**
 * Reads the secrets in a state folder, or makes them on the first start. Throws PortholeError as `readKeys` and
 * `writeKeys` do.
 */
export async function loadKeys(folder: string): Promise<AccessKeys> {
	const known = await readKeys(folder);
	if (known) return known;
	const keys = newKeys();
	await writeKeys(folder, keys);
	// A host and a server that start at the same time have the same.
	return (await readKeys(folder)) ?? keys;
}

/** The secrets in a state folder; undefined when there are none. Throws PortholeError `bad-key-file` or `state-not-readable`. */
export function readKeys(folder: string): Promise<AccessKeys | undefined> {
	const remedy = "Remove the file to have new ones made.";
	return read(join(folder, "keys.json"), keysSchema, { what: "keys", code: "bad-key-file", remedy });
}

/** Keeps secrets in a state folder, unless there are some. Throws PortholeError `state-not-writable`. */
export function writeKeys(folder: string, keys: AccessKeys): Promise<void> {
	return createPrivate(join(folder, "keys.json"), JSON.stringify(keys, undefined, "\t"));
}

/** The grants in a state folder. Throws PortholeError `bad-grants-file`. */
export async function openGrantsFile(folder: string, told?: WriteListener): Promise<Table<Grant>> {
	const path = join(folder, "grants.json");
	const remedy = "Remove the file to begin without any.";
	const file = await read(path, grantsFileSchema, { what: "grants", code: "bad-grants-file", remedy });
	const rows = (file?.grants ?? []).map((grant) => [grant.id, grant] as const);
	return new MemoryTable<Grant>(rows, {
		save: (all) => writePrivate(path, JSON.stringify({ version: 2, grants: [...all.values()] })),
		...(told && { told }),
	});
}

/** The host keys in a state folder. Throws PortholeError `bad-host-keys`. */
export async function openHostKeysFile(
	folder: string,
	told?: WriteListener,
): Promise<Table<readonly HostKeyRecord[]>> {
	const path = join(folder, "host-keys.json");
	const remedy = "Remove the file to begin without any.";
	const file = await read(path, hostKeysFileSchema, { what: "host keys", code: "bad-host-keys", remedy });
	return new MemoryTable<readonly HostKeyRecord[]>([[HOST_KEY_BOOK, file?.keys ?? []]], {
		save(rows) {
			const keys = rows.get(HOST_KEY_BOOK) ?? [];
			return writePrivate(path, JSON.stringify({ version: 1, keys }, undefined, "\t"));
		},
		...(told && { told }),
	});
}

/** Undefined when there is no such file. */
async function read<T>(
	path: string,
	schema: v.GenericSchema<unknown, T>,
	otherwise: { readonly what: string; readonly code: ErrorCode; readonly remedy: string },
): Promise<T | undefined> {
	try {
		const text = await readPrivate(path);
		return text === undefined ? undefined : v.parse(schema, JSON.parse(text));
	} catch (cause) {
		if (cause instanceof PortholeError) throw cause;
		const { what, code, remedy } = otherwise;
		throw new PortholeError(code, `The ${what} in ${path} cannot be used: ${messageOf(cause)}. ${remedy}`, {
			cause,
		});
	}
}
