import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, PortholeError } from "./protocol/errors.ts";

/** Reads a file that is for the user alone, and makes it so again (0600). Undefined when there is none. */
export async function readPrivate(path: string): Promise<string | undefined> {
	try {
		const text = await readFile(path, "utf8");
		await chmod(path, 0o600);
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
		const words = `${path} could not be written: ${messageOf(cause)}. Choose another folder with --state FOLDER.`;
		throw new PortholeError("state-not-writable", words, { cause });
	}
}
