import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import type { AccessKeys } from "../grants/access.ts";
import { newSecret } from "../grants/secrets.ts";
import { messageOf, PortholeError } from "../protocol/errors.ts";

const keysSchema = v.object({
	ownerToken: v.pipe(v.string(), v.minLength(16)),
	signingKey: v.pipe(v.string(), v.minLength(16)),
	hostKey: v.pipe(v.string(), v.minLength(16)),
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
	const path = join(folder, "keys.json");
	const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
		if (error.code === "ENOENT") return undefined;
		throw unusable(path, error);
	});
	if (text !== undefined) return readKeys(path, text);
	const keys = { ownerToken: newSecret(), signingKey: newSecret(), hostKey: newSecret() };
	await writeKeys(folder, path, keys);
	return keys;
}

async function writeKeys(folder: string, path: string, keys: AccessKeys): Promise<void> {
	const fresh = `${path}.${process.pid}`;
	try {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		await writeFile(fresh, JSON.stringify(keys, undefined, "\t"), { mode: 0o600 });
		await rename(fresh, path);
	} catch (cause) {
		const words = `Keys could not be written to ${folder}: ${messageOf(cause)}. Choose a folder with --state FOLDER.`;
		throw new PortholeError("state-not-writable", words, { cause });
	}
}

async function readKeys(path: string, text: string): Promise<AccessKeys> {
	try {
		const keys = v.parse(keysSchema, JSON.parse(text));
		await chmod(path, 0o600);
		return keys;
	} catch (error) {
		throw unusable(path, error);
	}
}

function unusable(path: string, cause: unknown): PortholeError {
	return new PortholeError(
		"bad-key-file",
		`The keys in ${path} cannot be used: ${messageOf(cause)}. Remove the file to have new ones made.`,
		{ cause },
	);
}
