import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { writePrivate } from "../signaling/private-file.ts";

const servingSchema = v.object({
	pid: v.pipe(v.number(), v.integer()),
	/** Base of the server's URLs, such as `http://localhost:8400`. */
	url: v.pipe(v.string(), v.url()),
	/** The same for people elsewhere: behind its proxy, or on the network where the server is open to it. */
	sharedUrl: v.optional(v.pipe(v.string(), v.url())),
});

/** Where other commands find the server that runs now. */
export type Serving = v.InferOutput<typeof servingSchema>;

const pathIn = (stateFolder: string) => join(stateFolder, "serving.json");

/** Throws PortholeError `state-not-writable`. */
export function writeServing(stateFolder: string, serving: Serving): Promise<void> {
	return writePrivate(pathIn(stateFolder), JSON.stringify(serving));
}

/** Removes the note, unless another server has written its own since. */
export async function removeServing(stateFolder: string): Promise<void> {
	const serving = await readServing(stateFolder);
	if (serving?.pid === process.pid) await rm(pathIn(stateFolder), { force: true });
}

/** The note of a server that may run, or undefined when there is none that can be read. */
export async function readServing(stateFolder: string): Promise<Serving | undefined> {
	try {
		return v.parse(servingSchema, JSON.parse(await readFile(pathIn(stateFolder), "utf8")));
	} catch {
		return undefined;
	}
}
