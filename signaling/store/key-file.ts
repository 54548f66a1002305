import { homedir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import type { AccessKeys } from "../grants/access.ts";
import { newSecret } from "../grants/secrets.ts";
import { messageOf, PortholeError } from "../protocol/errors.ts";
import { readPrivate, writePrivate } from "./private-file.ts";

/** The secrets as JSON. */
export const keysSchema = v.object({
	ownerToken: v.pipe(v.string(), v.minLength(16)),
	signingKey: v.pipe(v.string(), v.minLength(16)),
});

/** Where state is kept when nothing else is said: `$XDG_STATE_HOME/porthole` or `~/.local/state/porthole`. */
export function defaultStateFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
	return join(env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "porthole");
}

/**
 * Reads the secrets in a state folder, or makes them on the first start. Files are for the user alone (0600).
 * Throws PortholeError `bad-key-file` when the file is there and cannot be used, `state-not-writable` when none can be made.
 */
export async function loadKeys(folder: string): Promise<AccessKeys> {
	const known = await readKeys(folder);
	if (known) return known;
	const keys = newKeys();
	await writeKeys(folder, keys);
	return keys;
}

export function newKeys(): AccessKeys {
	return { ownerToken: newSecret(), signingKey: newSecret() };
}

/** The secrets in a state folder; undefined when there are none. Throws PortholeError `bad-key-file`. */
export async function readKeys(folder: string): Promise<AccessKeys | undefined> {
	const path = pathIn(folder);
	try {
		const text = await readPrivate(path);
		return text === undefined ? undefined : v.parse(keysSchema, JSON.parse(text));
	} catch (error) {
		throw unusable(path, error);
	}
}

/** Keeps secrets in a state folder. Throws PortholeError `state-not-writable`. */
export function writeKeys(folder: string, keys: AccessKeys): Promise<void> {
	return writePrivate(pathIn(folder), JSON.stringify(keys, undefined, "\t"));
}

function pathIn(folder: string): string {
	return join(folder, "keys.json");
}

function unusable(path: string, cause: unknown): PortholeError {
	return new PortholeError(
		"bad-key-file",
		`The keys in ${path} cannot be used: ${messageOf(cause)}. Remove the file to have new ones made.`,
		{ cause },
	);
}
