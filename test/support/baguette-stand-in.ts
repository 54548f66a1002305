import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PROGRAM = resolve(import.meta.dirname, "..", "fakes", "baguette-program.ts");

/** The simulator that the stand-in knows. */
export const STAND_IN_UDID = "0B5C3E5A-17A0-4A3F-9B63-2F4D1C0E9A77";
/** Size of its screen, points and pixels. */
export const STAND_IN_SIZE = { width: 438, height: 954 };

/** A `baguette` that runs here, see `test/fakes/baguette-program.ts`. */
export interface BaguetteStandIn {
	/** Its path, for `PORTHOLE_BAGUETTE`. */
	readonly path: string;
	/** What it and whoever starts it need in their environment. */
	readonly environment: Readonly<Record<string, string>>;
	/** Every line of input so far, as it came, with what was answered. */
	lines(): Promise<{ readonly line: string; readonly ok: boolean; readonly error?: string }[]>;
	/** Every command line so far. */
	commands(): Promise<string[][]>;
	/** Lines that its stream got on its standard input. */
	streamLines(): Promise<string[]>;
	/** Process id of its last stream. */
	streamPid(): Promise<number>;
	/** Ends its stream with these last words. */
	die(words: string): Promise<void>;
	close(): Promise<void>;
}

/** Makes a folder with a program in it that stands in for `baguette`. */
export async function makeBaguetteStandIn(name = "iPhone 17 Pro Max"): Promise<BaguetteStandIn> {
	const folder = await mkdtemp(join(tmpdir(), "porthole-baguette-"));
	const file = (named: string) => join(folder, named);
	const simulator = { udid: STAND_IN_UDID, name, runtime: "iOS 26.1", state: "Booted" };
	await writeFile(file("simulator.json"), JSON.stringify(simulator));
	const script = `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`;
	await writeFile(file("baguette"), script, { mode: 0o755 });
	const read = async (named: string) =>
		existsSync(file(named)) ? (await readFile(file(named), "utf8")).split("\n").slice(0, -1) : [];
	return {
		path: file("baguette"),
		environment: { PORTHOLE_BAGUETTE: file("baguette"), BAGUETTE_STAND_IN: folder },
		lines: async () => (await read("lines.jsonl")).map((line) => JSON.parse(line)),
		commands: async () => (await read("commands.jsonl")).map((line) => JSON.parse(line)),
		streamLines: () => read("stream-lines.jsonl"),
		streamPid: async () => Number(await readFile(file("stream.pid"), "utf8")),
		die: (words) => writeFile(file("die"), words),
		close: () => rm(folder, { recursive: true, force: true }),
	};
}
