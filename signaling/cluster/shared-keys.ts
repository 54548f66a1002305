import * as v from "valibot";
import type { AccessKeys } from "../auth/access.ts";
import { keysSchema, newKeys, readKeys, writeKeys } from "../auth/state-files.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { RedisLink } from "./redis-link.ts";

/** KEYS: where the secrets are. ARGV: the ones to put there if there are none. Gives those that are there then. */
const putOnce = `
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])`;

/**
 * The secrets that all signaling processes of a Redis share: those of the first one's state folder. They are kept in
 * Redis and in each state folder, so that commands such as `porthole share` find them. Throws PortholeError `other-keys`
 * when the folder holds others, `bad-shared-keys` when those in Redis cannot be read, and as `readKeys` and `writeKeys` do.
 */
export async function shareKeys(link: RedisLink, stateFolder: string): Promise<AccessKeys> {
	const place = link.key("keys");
	const own = await readKeys(stateFolder);
	const shared = await offer(link, own ?? newKeys());
	if (own && !same(own, shared)) {
		const words = `${stateFolder} holds the secrets of another installation than those in Redis (${place}). Choose an empty folder with --state FOLDER, or another --redis-prefix.`;
		throw new PortholeError("other-keys", words);
	}
	if (!own) await writeKeys(stateFolder, shared);
	await link.use({
		// A Redis that has lost them gets them back.
		async up() {
			if (!same(await offer(link, shared), shared)) throw foreign(place);
		},
		down() {},
	});
	return shared;
}

async function offer(link: RedisLink, keys: AccessKeys): Promise<AccessKeys> {
	const place = link.key("keys");
	return read(place, await link.run(putOnce, [place], [JSON.stringify(keys)]));
}

function read(place: string, text: unknown): AccessKeys {
	try {
		return v.parse(keysSchema, JSON.parse(String(text)));
	} catch (cause) {
		const words = `The secrets in Redis (${place}) cannot be used. Remove that key to have this server's put there.`;
		throw new PortholeError("bad-shared-keys", words, { cause });
	}
}

function same(one: AccessKeys, other: AccessKeys): boolean {
	return one.ownerToken === other.ownerToken && one.signingKey === other.signingKey;
}

function foreign(place: string): PortholeError {
	return new PortholeError(
		"other-keys",
		`Redis holds other secrets (${place}) than before. Restart this server.`,
	);
}
