import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, PortholeError } from "./protocol/errors.ts";

/** Reads a file that is for the user alone, and makes it so again (0600). Undefined when there is none. */
export async function readPrivate(path: string): Promise<string | undefined> {
	try {
		const text = await readFile(path, "utf8");
		// A file of somebody else's that may be read anyway stays as it is.
		await chmod(path, 0o600).catch(() => {});
		return text;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}

/**
 * Writes a file for the user alone (0600), whole or not at all; its folder is made (0700). Throws PortholeError
 * `state-not-writable`.
 */
export async function writePrivate(path: string, text: string): Promise<void> {
	const folder = dirname(path);
	const fresh = `${path}.${process.pid}`;
	try {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		// On the disk before the name: a crash of the machine leaves the old file or the new one.
		await writeFile(fresh, text, { mode: 0o600, flush: true });
		await rename(fresh, path);
	} catch (cause) {
		await rm(fresh, { force: true }).catch(() => {});
		throw notWritable(path, cause);
	}
}

/** What is answered where something was revoked and that could not be written yet. */
export function notKept(what: string, cause: PortholeError): PortholeError {
	const words = `${what} is revoked, but that is not on the disk yet: it is written again until it holds, and a restart before would bring it back. ${cause.message}`;
	return new PortholeError("not-kept", words, { cause });
}

/** What cannot be written, why, and what helps. */
export function notWritable(path: string, cause: unknown): PortholeError {
	const code = (cause as NodeJS.ErrnoException).code ?? "";
	const remedy = REMEDIES.find(({ codes }) => codes.includes(code))?.remedy ?? "";
	const words = `${path} could not be written: ${messageOf(cause)}. ${remedy}Choose another folder with --state FOLDER.`;
	return new PortholeError("state-not-writable", words, { cause });
}

const REMEDIES: readonly { readonly codes: readonly string[]; readonly remedy: string }[] = [
	{ codes: ["ENOSPC", "EDQUOT"], remedy: "The disk is full: make room there. Or: " },
	{ codes: ["EROFS"], remedy: "That disk is read-only. " },
	{ codes: ["EACCES", "EPERM"], remedy: "This user may not write there: give it the folder (chown), or: " },
	{ codes: ["EEXIST", "ENOTDIR"], remedy: "A file is where the folder should be: move it away. Or: " },
];
