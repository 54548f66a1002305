import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseRedisAddress } from "../../../signaling/cluster/redis-address.ts";
import { RedisLink } from "../../../signaling/cluster/redis-link.ts";
import { SharedTable } from "../../../signaling/cluster/shared-table.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";

// Each test starts a Redis, which a busy machine may take its time for.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

type Count = { readonly count: number };
const schema = v.object({ count: v.number() });
const PATIENCE = { timeout: 10_000, interval: 10 };

let redis: RedisServer;
let closing: (() => unknown)[];
let garbage: number;

beforeEach(async () => {
	closing = [];
	garbage = 0;
	redis = await startRedis();
});
afterEach(async () => {
	for (const close of closing) await close();
	await redis.close();
});

/** A table as another node would have it. */
async function open(maxRows = 10): Promise<SharedTable<Count> & { link: RedisLink }> {
	const link = new RedisLink({ address: parseRedisAddress(redis.url, "test") });
	closing.push(() => link.close());
	await link.open();
	const options = { name: "counts", schema, maxRows, garbage: () => garbage++ };
	return Object.assign(await SharedTable.open<Count>(link, options), { link });
}
const raise = (row: Count | undefined) => ({ count: (row?.count ?? 0) + 1 });
const rowsOf = (table: SharedTable<Count>) => Object.fromEntries(table.all());

describe("a table in Redis", () => {
	it("shows every process what one of them changed, and who opens it later", async () => {
		const [one, other] = [await open(), await open()];
		const heard: unknown[] = [];
		other.onChange((...change) => heard.push(change));
		await one.change("a", raise);
		expect(one.get("a")).toEqual({ count: 1 });
		await expect.poll(() => other.get("a"), PATIENCE).toEqual({ count: 1 });
		await other.change("a", raise);
		await other.change("a", () => undefined);
		await one.change("b", raise);
		await expect.poll(() => rowsOf(other), PATIENCE).toEqual({ b: { count: 1 } });
		expect(rowsOf(await open())).toEqual({ b: { count: 1 } });
		expect(heard).toEqual([
			["a", undefined, { count: 1 }],
			["a", { count: 1 }, { count: 2 }],
			["a", { count: 2 }, undefined],
			["b", undefined, { count: 1 }],
		]);
	});

	it("loses no change that two processes make at the same time", async () => {
		const [one, other] = [await open(), await open()];
		const changes = Array.from({ length: 200 }, (_, at) => (at % 2 ? one : other).change("a", raise));
		await Promise.all(changes);
		expect((await open()).get("a")).toEqual({ count: 200 });
	});

	it("throws what the change throws, and leaves what the change leaves", async () => {
		const table = await open();
		const refused = table.change("a", () => {
			throw new RangeError("no");
		});
		await expect(refused).rejects.toThrow(RangeError);
		await table.change("a", raise);
		let heard = 0;
		table.onChange(() => heard++);
		await table.change("a", (row) => row);
		await table.change("none", (row) => row);
		expect(heard).toBe(0);
	});

	it("knows what was made elsewhere although it has not heard of it yet", async () => {
		const [one, other] = [await open(), await open()];
		await one.change("a", raise);
		// Not waited for: the row is asked for where it is.
		const seen: unknown[] = [];
		await other.change("a", (row) => {
			seen.push(row);
			return row;
		});
		expect(seen.at(-1)).toEqual({ count: 1 });
	});

	it("takes no more rows than it may hold", async () => {
		const table = await open(2);
		await table.change("a", raise);
		await table.change("b", raise);
		await expect(table.change("c", raise)).rejects.toMatchObject({ code: "store-full" });
		await table.change("a", raise);
	});
});

describe("garbage", () => {
	it("in rows is passed over and counted, and can be written over", async () => {
		const client = await redis.client();
		await client.hSet("test:table:counts", { a: "{", b: '{"count":"x"}', c: '{"count":3}', d: "" });
		const table = await open();
		expect(rowsOf(table)).toEqual({ c: { count: 3 } });
		expect(garbage).toBe(2);
		await table.change("a", raise);
		expect(rowsOf(await open())).toEqual({ a: { count: 1 }, c: { count: 3 } });
	});

	it("on the channel is passed over and counted, and what is true stays", async () => {
		const table = await open();
		await table.change("a", raise);
		const client = await redis.client();
		const notices = ["", "x", "1", "2 a", "-1 a {}", "99 a {", "2 a {", "3 a {}", "1e9 a {}", "\0"];
		for (const notice of notices) await client.publish("test:changed:counts", notice);
		await table.change("b", raise);
		expect(garbage).toBeGreaterThanOrEqual(6);
		await expect.poll(() => rowsOf(table), PATIENCE).toEqual({ a: { count: 1 }, b: { count: 1 } });
	});
});

describe("a Redis that", () => {
	it("is away: what is known can be read, nothing can be changed, and all is made up for later", async () => {
		const [one, other] = [await open(), await open()];
		await one.change("a", raise);
		await expect.poll(() => other.get("a"), PATIENCE).toBeDefined();
		await redis.kill();
		await expect.poll(() => one.link.up, PATIENCE).toBe(false);
		expect(one.get("a")).toEqual({ count: 1 });
		await expect(one.change("a", raise)).rejects.toMatchObject({ code: "store-unavailable" });
		await redis.start();
		await expect.poll(() => one.link.up && other.link.up, PATIENCE).toBe(true);
		// It came back empty and got what the nodes knew.
		expect(rowsOf(await open())).toEqual({ a: { count: 1 } });
		await one.change("a", raise);
		await expect.poll(() => other.get("a"), PATIENCE).toEqual({ count: 2 });
	});

	it("is emptied under the processes gets what they know", async () => {
		const [one, other] = [await open(), await open()];
		for (let at = 0; at < 5; at++) await one.change("a", raise);
		await (await redis.client()).flushAll();
		await other.change("b", raise);
		const all = { a: { count: 5 }, b: { count: 1 } };
		for (const table of [one, other, await open()])
			await expect.poll(() => rowsOf(table), PATIENCE).toEqual(all);
	});

	it("hangs is given up, and found again when it goes on", async () => {
		const table = await open();
		redis.pause();
		const since = performance.now();
		await expect(table.change("a", raise)).rejects.toMatchObject({ code: "store-unavailable" });
		console.log(`a hanging Redis was given up after ${(performance.now() - since).toFixed(0)} ms`);
		redis.resume();
		await expect.poll(() => table.link.up, PATIENCE).toBe(true);
		await table.change("a", raise);
	});
});
