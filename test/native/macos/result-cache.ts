import { createHash } from "node:crypto";
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** What a piece of work took in and gave, as it lies in the cache. */
interface Kept {
	readonly inputs: readonly string[];
	readonly digest: string;
}

/** What nobody asked for in a week goes, ms. */
const KEPT_FOR = 7 * 24 * 3600 * 1000;

/**
 * Keeps what a compiler made by what it was made from: the words that it was given, and the contents of every file that
 * it said it read. What failed is not kept.
 */
export class ResultCache {
	readonly #folder: string;
	readonly #digests = new Map<string, string>();

	constructor(folder: string) {
		this.#folder = folder;
		mkdirSync(folder, { recursive: true });
		for (const name of readdirSync(folder)) {
			const path = join(folder, name);
			const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
			if (age > KEPT_FOR) rmSync(path, { force: true });
		}
	}

	/** Path of the result of these words; whether it is there and still true says `holds`. */
	path(words: readonly string[], extension: string): string {
		return join(this.#folder, `${sha256(JSON.stringify(words)).slice(0, 24)}${extension}`);
	}

	/** Whether a result is there and everything that it was made from is as it was. */
	holds(path: string): boolean {
		const kept = this.#read(path);
		if (kept === undefined || !existsSync(path) || kept.digest !== this.#digestOf(kept.inputs)) return false;
		const now = new Date();
		for (const used of [path, `${path}.json`]) utimesSync(used, now, now);
		return true;
	}

	/** Files that a result was made from. */
	inputsOf(path: string): readonly string[] {
		return this.#read(path)?.inputs ?? [];
	}

	/** Notes what a result was made from; its file is there by now. */
	keep(path: string, inputs: readonly string[]): void {
		const kept: Kept = { inputs, digest: this.#digestOf(inputs) };
		const half = `${path}.${process.pid}`;
		writeFileSync(half, JSON.stringify(kept));
		renameSync(half, `${path}.json`);
	}

	#read(path: string): Kept | undefined {
		try {
			return JSON.parse(readFileSync(`${path}.json`, "utf8"));
		} catch {
			return undefined;
		}
	}

	#digestOf(paths: readonly string[]): string {
		return sha256(paths.map((path) => this.#digestOfFile(path)).join("\n"));
	}

	#digestOfFile(path: string): string {
		let digest = this.#digests.get(path);
		if (digest === undefined) {
			digest = existsSync(path) ? sha256(readFileSync(path)) : "absent";
			this.#digests.set(path, digest);
		}
		return digest;
	}
}

function sha256(content: string | Buffer): string {
	return createHash("sha256").update(content).digest("hex");
}
