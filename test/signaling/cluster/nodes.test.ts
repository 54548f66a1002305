import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BEAT_EVERY, Nodes, SILENT_FOR } from "../../../signaling/cluster/nodes.ts";
import { parseRedisAddress } from "../../../signaling/cluster/redis-address.ts";
import { RedisLink } from "../../../signaling/cluster/redis-link.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { describeDevice } from "../../support/signaling-harness.ts";

// Each test starts a Redis, which a busy machine may take its time for.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const PATIENCE = { timeout: 10_000, interval: 5 };
const devices = [describeDevice("studio.phone")];

let redis: RedisServer;
let clock: FakeClock;
let closing: (() => unknown)[];
let garbage: number;
let slept: number;

beforeEach(async () => {
	redis = await startRedis();
	clock = new FakeClock();
	closing = [];
	garbage = 0;
	slept = 0;
});
afterEach(async () => {
	for (const close of closing.reverse()) await close();
	await redis.close();
});

/** What a node of this name knows, and what it was told in order. */
async function open(self: string): Promise<{ nodes: Nodes; told: string[]; link: RedisLink }> {
	const link = new RedisLink({ address: parseRedisAddress(redis.url, "test") });
	closing.push(() => link.close());
	await link.open();
	const told: string[] = [];
	const sleepy = { now: () => clock.now() + slept, after: clock.after.bind(clock) };
	const nodes = new Nodes(
		{ link, self, clock: sleepy, garbage: () => garbage++ },
		{
			hostElsewhere: (hostId, node, list) => told.push(`${hostId} at ${node}: ${list.map(({ id }) => id)}`),
			hostLost: (hostId, node) => told.push(`${hostId} lost by ${node}`),
			nodeGone: (node) => told.push(`${node} gone`),
		},
	);
	closing.push(() => nodes.close());
	await nodes.open();
	return { nodes, told, link };
}

/** Lets beats pass, each of which is heard before the next. */
async function pass(ms: number): Promise<void> {
	const client = await redis.client();
	for (let left = ms; left > 0; left -= BEAT_EVERY) {
		clock.advance(Math.min(left, BEAT_EVERY));
		for (let turn = 0; turn < 3; turn++) await client.ping();
	}
	client.destroy();
}

describe("nodes", () => {
	it("are told to who is there and to who comes later, and given up when the host is", async () => {
		const [one, other] = [await open("one"), await open("other")];
		one.nodes.tell("studio", devices, true);
		await expect.poll(() => other.told, PATIENCE).toEqual(["studio at one: studio.phone"]);
		const late = await open("late");
		expect(late.told).toEqual(["studio at one: studio.phone"]);
		one.nodes.forget("studio");
		await expect.poll(() => other.told.at(-1), PATIENCE).toBe("studio lost by one");
		expect([other.nodes.has("one"), other.nodes.has("nobody")]).toEqual([true, false]);
	});

	it("stay while they beat, and end when they are silent", async () => {
		const [one, other] = [await open("one"), await open("other")];
		one.nodes.tell("studio", devices, true);
		await expect.poll(() => other.told.length, PATIENCE).toBe(1);
		await pass(20_000);
		expect(other.told).toHaveLength(1);
		// As if its machine had lost power: nothing is said any more.
		await one.link.close();
		await pass(SILENT_FOR + BEAT_EVERY);
		expect(other.told.slice(1)).toEqual(["studio lost by one", "one gone"]);
		expect(other.nodes.has("one")).toBe(false);
		const client = await redis.client();
		expect(await client.pTTL("test:node:one")).toBeLessThanOrEqual(10_000);
	});

	it("outlive a sleep of the node that looks", async () => {
		const [one, other] = [await open("one"), await open("other")];
		one.nodes.tell("studio", devices, true);
		await expect.poll(() => other.told.length, PATIENCE).toBe(1);
		// No timer runs meanwhile, nothing is read.
		slept = 60_000;
		await pass(BEAT_EVERY);
		expect(other.told).toHaveLength(1);
	});

	it("are where the host connected last, whoever speaks last", async () => {
		const [one, other, third] = [await open("one"), await open("other"), await open("third")];
		one.nodes.tell("studio", devices, true);
		for (const { told } of [third, other]) {
			await expect.poll(() => told, PATIENCE).toContain("studio at one: studio.phone");
		}
		other.nodes.tell("studio", devices, true);
		await expect.poll(() => third.told, PATIENCE).toContain("studio at other: studio.phone");
		await expect.poll(() => [...new Set(one.told)], PATIENCE).toEqual(["studio at other: studio.phone"]);
		// It has been given up there: what it says of it now is not told.
		one.nodes.tell("studio", [], false);
		other.nodes.tell("studio", [], true);
		await expect.poll(() => third.told.at(-1), PATIENCE).toBe("studio at other: ");
		// Told once more when `other` has loaded what a node said that it had not heard of before.
		expect(new Set(other.told.filter((text) => text.includes(" at ")))).toEqual(
			new Set(["studio at one: studio.phone"]),
		);
	});

	it("are told again after Redis was lost, with the claims of before", async () => {
		const [one, other] = [await open("one"), await open("other")];
		one.nodes.tell("studio", devices, true);
		await expect.poll(() => other.told.length, PATIENCE).toBe(1);
		other.nodes.tell("studio", devices, true);
		await expect.poll(() => one.told, PATIENCE).toEqual(["studio at other: studio.phone"]);
		await redis.kill();
		await expect.poll(() => one.link.up || other.link.up, PATIENCE).toBe(false);
		await redis.start();
		await expect.poll(() => one.link.up && other.link.up, PATIENCE).toBe(true);
		await expect.poll(() => one.nodes.has("other") && other.nodes.has("one"), PATIENCE).toBe(true);
		const late = await open("late");
		expect(late.told).toEqual(["studio at other: studio.phone"]);
	});

	it("in what is garbage are passed over and counted", async () => {
		const { told } = await open("one");
		const client = await redis.client();
		const good = JSON.stringify(devices);
		const said = ["", "beat", "beat a b", "gone a", "host a", `host a b ${good}`, "host a b 1 {}", "bye a b"];
		for (const text of [...said, `host a/b c 1 ${good}`, "x".repeat(2_000_000)])
			await client.publish("test:nodes:said", text);
		await client.publish("test:nodes:said", `host a b 1 ${good}`);
		// Redis knows of no such node, so it is given up again.
		await expect.poll(() => told, PATIENCE).toEqual(["b at a: studio.phone", "b lost by a", "a gone"]);
		expect(garbage).toBe(said.length + 2);
	});
});
