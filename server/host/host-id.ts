import { randomUUID } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { readPrivate, writePrivate } from "../../signaling/private-file.ts";
import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";

const fileSchema = v.object({ hostId: v.pipe(v.string(), v.uuid()) });

/**
 * The id by which signaling knows this host again; made on the first start and kept in the state folder. Throws
 * PortholeError `bad-host-id` or `state-not-writable`.
 */
export async function loadHostId(stateFolder: string): Promise<string> {
	const path = join(stateFolder, "host.json");
	try {
		const text = await readPrivate(path);
		if (text !== undefined) return v.parse(fileSchema, JSON.parse(text)).hostId;
	} catch (cause) {
		const words = `The host id in ${path} cannot be used: ${messageOf(cause)}. Remove the file to have a new one made.`;
		throw new PortholeError("bad-host-id", words, { cause });
	}
	const hostId = randomUUID();
	await writePrivate(path, JSON.stringify({ hostId }));
	return hostId;
}
