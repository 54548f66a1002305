import { randomUUID } from "node:crypto";
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, PortholeError } from "./protocol/errors.ts";

/**
 * Reads a file that is for the user alone, and makes it so again (0600). Undefined when there is none. Throws PortholeError
 * `state-not-readable` where the user may not, and Node's error where it is no file.
 */
export async function readPrivate(path: string): Promise<string | undefined> {
	try {
		const text = await readFile(path, "utf8");
		// A file of somebody else's that may be read anyway stays as it is.
		await chmod(path, 0o600).catch(() => {});
		return text;
	} catch (cause) {
		const { code } = cause as NodeJS.ErrnoException;
		// A file is where the folder should be: that is told when something is to be written.
		if (code === "ENOENT" || code === "ENOTDIR") return undefined;
		if (code !== "EACCES" && code !== "EPERM" && code !== "EIO") throw cause;
		const words = `${path} could not be read: ${messageOf(cause)}. Give it to the user who runs this (chown, chmod), or choose another folder with --state FOLDER.`;
		throw new PortholeError("state-not-readable", words, { cause });
	}
}

/**
 * Writes a file for the user alone (0600), whole or not at all; its folder is made (0700). Throws PortholeError
 * `state-not-writable`.
 */
export async function writePrivate(path: string, text: string): Promise<void> {
	await writeBeside(path, `${path}.${process.pid}`, text, rename);
}

/**
 * Makes a file as `writePrivate` does where there is none; one that another process has just made stays. Throws
 * PortholeError `state-not-writable`.
 */
export async function createPrivate(path: string, text: string): Promise<void> {
	await writeBeside(path, `${path}.${randomUUID()}`, text, async (fresh) => {
		await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
			if (error.code === "EEXIST") return undefined;
			// Not every disk has links.
			if (NO_LINKS.has(error.code ?? "")) return rename(fresh, path);
			throw error;
		});
		await rm(fresh, { force: true });
	});
}

const NO_LINKS = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK"]);

async function writeBeside(
	path: string,
	fresh: string,
	text: string,
	put: (fresh: string, path: string) => Promise<void>,
): Promise<void> {
	try {
		await mkdir(dirname(path), { recursive: true, mode: 0o700 });
		// On the disk before the name: a crash of the machine leaves the old file or the new one.
		await writeFile(fresh, text, { mode: 0o600, flush: true });
		await put(fresh, path);
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
	const { detail, remedy } = whyNotWritable(path, cause);
	return new PortholeError("state-not-writable", `${detail} ${remedy}`, { cause });
}

/** The same as sentences of their own. */
export function whyNotWritable(path: string, cause: unknown): { detail: string; remedy: string } {
	const code = (cause as NodeJS.ErrnoException).code ?? "";
	const known = REMEDIES.find(({ codes }) => codes.includes(code));
	return {
		detail: `${path} could not be written: ${messageOf(cause)}.`,
		remedy: known ? `${known.words}, or choose another folder with --state FOLDER.` : OTHER_FOLDER,
	};
}

const OTHER_FOLDER = "Choose another folder with --state FOLDER.";

const REMEDIES: readonly { readonly codes: readonly string[]; readonly words: string }[] = [
	{ codes: ["ENOSPC", "EDQUOT"], words: "The disk is full: make room there" },
	{ codes: ["EROFS"], words: "That disk is read-only: make it writable" },
	{ codes: ["EACCES", "EPERM"], words: "This user may not write there: give it the folder (chown)" },
	{ codes: ["EEXIST", "ENOTDIR"], words: "A file is where the folder should be: move it away" },
];
