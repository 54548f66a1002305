import { rm } from "node:fs/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { loadKeys } from "../../../signaling/auth/state-files.ts";
import { parseRedisAddress } from "../../../signaling/cluster/redis-address.ts";
import { RedisLink } from "../../../signaling/cluster/redis-link.ts";
import { shareKeys } from "../../../signaling/cluster/shared-keys.ts";
import { newStateFolder } from "../../support/product.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";

// Each test starts a Redis, which a busy machine may take its time for.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let redis: RedisServer;
let closing: (() => unknown)[];

beforeEach(async () => {
	redis = await startRedis();
	closing = [];
});
afterEach(async () => {
	for (const close of closing) await close();
	await redis.close();
});

async function folder(): Promise<string> {
	const path = await newStateFolder();
	closing.push(() => rm(path, { recursive: true, force: true }));
	return path;
}
async function link(prefix = "test"): Promise<RedisLink> {
	const opened = new RedisLink({ address: parseRedisAddress(redis.url, prefix) });
	closing.push(() => opened.close());
	await opened.open();
	return opened;
}

it("are those of the first server's folder, and come into every other's", async () => {
	const [first, second] = [await folder(), await folder()];
	const own = await loadKeys(first);
	expect(await shareKeys(await link(), first)).toEqual(own);
	expect(await shareKeys(await link(), second)).toEqual(own);
	expect(await loadKeys(second)).toEqual(own);
});

it("are the same for servers that are the first at the same time", async () => {
	const starting = Array.from({ length: 5 }, async () => shareKeys(await link(), await folder()));
	const results = await Promise.allSettled(starting);
	const keys = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
	expect(keys).toHaveLength(5);
	expect(new Set(keys.map(({ signingKey }) => signingKey)).size).toBe(1);
});

it("never replace others that a folder holds", async () => {
	await shareKeys(await link(), await folder());
	const foreign = await folder();
	const own = await loadKeys(foreign);
	await expect(shareKeys(await link(), foreign)).rejects.toMatchObject({ code: "other-keys" });
	expect(await loadKeys(foreign)).toEqual(own);
	expect(await shareKeys(await link("another"), foreign)).toEqual(own);
});

it("that cannot be read are refused, not replaced", async () => {
	const client = await redis.client();
	await client.set("test:keys", '{"ownerToken":"x"}');
	await expect(shareKeys(await link(), await folder())).rejects.toMatchObject({ code: "bad-shared-keys" });
	expect(await client.get("test:keys")).toBe('{"ownerToken":"x"}');
});

it("come back to a Redis that has lost them", async () => {
	const first = await link();
	const keys = await shareKeys(first, await folder());
	await redis.kill();
	await expect.poll(() => first.up, { timeout: 10_000 }).toBe(false);
	await redis.start();
	await expect.poll(() => first.up, { timeout: 10_000 }).toBe(true);
	expect(await shareKeys(await link(), await folder())).toEqual(keys);
});
