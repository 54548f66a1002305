import { randomUUID } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { createPrivate, readPrivate } from "../../signaling/private-file.ts";
import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";

const fileSchema = v.object({ hostId: v.pipe(v.string(), v.uuid()) });

/**
 * The id by which signaling knows this host again; made on the first start and kept in the state folder. Throws
 * PortholeError `bad-host-id`, `state-not-readable` or `state-not-writable`.
 */
export async function loadHostId(stateFolder: string): Promise<string> {
	const path = join(stateFolder, "host.json");
	const known = await readHostId(path);
	if (known !== undefined) return known;
	const hostId = randomUUID();
	await createPrivate(path, JSON.stringify({ hostId }));
	// Of hosts that start at the same time, one was the first.
	return (await readHostId(path)) ?? hostId;
}

async function readHostId(path: string): Promise<string | undefined> {
	try {
		const text = await readPrivate(path);
		return text === undefined ? undefined : v.parse(fileSchema, JSON.parse(text)).hostId;
	} catch (cause) {
		if (cause instanceof PortholeError) throw cause;
		const words = `The host id in ${path} cannot be used: ${messageOf(cause)}. Remove the file to have a new one made.`;
		throw new PortholeError("bad-host-id", words, { cause });
	}
}
