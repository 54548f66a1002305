import { rm } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ControlState, ParticipantInfo } from "../../../signaling/protocol/messages.ts";
import { newStateFolder } from "../../support/product.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { type SharedSignaling, startSharedSignaling } from "../../support/shared-signaling.ts";
import { describeDevice, type SignalingPeer } from "../../support/signaling-harness.ts";

// Each test starts a Redis, which a busy machine may take its time for.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const PATIENCE = { timeout: 10_000, interval: 5 };
const phone = describeDevice("phone");

let redis: RedisServer;
let closing: (() => unknown)[];
let one: SharedSignaling;
let other: SharedSignaling;
let key: string;

beforeEach(async () => {
	closing = [];
	redis = await startRedis();
	one = await start();
	other = await start();
	({ key } = await one.hostKeys.issue("studio"));
});
afterEach(async () => {
	for (const close of closing.reverse()) await close();
	await redis.close();
});

async function start(): Promise<SharedSignaling> {
	const started = await startSharedSignaling(redis.url);
	closing.push(() => started.close());
	return started;
}

const poll = (read: () => unknown) => expect.poll(read, PATIENCE);
const heard = (peer: SignalingPeer, type: string) => poll(() => peer.last(type)).toBeDefined();
const controlOf = (peer: SignalingPeer) => peer.the("control").control as ControlState;
const participantsOf = (peer: SignalingPeer) =>
	(peer.last("participants")?.participants as ParticipantInfo[] | undefined) ?? [];
const participantOf = (peer: SignalingPeer) => {
	const { viewerId, participantKey } = peer.the("welcome");
	return { viewerId: String(viewerId), key: String(participantKey) };
};
const devicesOf = ({ server }: SharedSignaling) =>
	server.devices().map(({ id, state, viewers }) => `${id} ${state} ${viewers}`);
const unreadable = async ({ metrics }: SharedSignaling) => {
	const metric = await metrics.registry.getSingleMetric("porthole_redis_unreadable_total")?.get();
	return metric?.values[0]?.value ?? 0;
};

describe("two signaling servers on one Redis", () => {
	it("have the same secrets, which each keeps", async () => {
		expect(one.keys).toEqual(other.keys);
		const folder = await newStateFolder();
		closing.push(() => rm(folder, { recursive: true, force: true }));
		const third = await startSharedSignaling(redis.url, folder);
		await third.close();
		await (await redis.client()).flushAll();
		const again = await startSharedSignaling(redis.url, folder);
		closing.push(() => again.close());
		expect(again.keys).toEqual(one.keys);
	});

	it("list each other's devices, with who watches them wherever", async () => {
		await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toEqual(["studio.phone ready 0"]);
		const viewer = await other.viewer("studio.phone");
		await heard(viewer, "welcome");
		for (const server of [one, other]) await poll(() => devicesOf(server)).toEqual(["studio.phone live 1"]);
		await viewer.hangUp();
		for (const server of [one, other]) await poll(() => devicesOf(server)).toEqual(["studio.phone ready 0"]);
	});

	it("carry viewers to the node of their device, which sees them as its own", async () => {
		const host = await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toHaveLength(1);
		const [here, there] = [
			await one.viewer("studio.phone"),
			await other.viewer("studio.phone", { name: "Ana" }),
		];
		await poll(() => participantsOf(here).map(({ name }) => name)).toEqual(["Owner", "Ana"]);
		await poll(() => participantsOf(there)).toEqual(participantsOf(here));
		const { viewerId } = participantOf(there);
		await host.say({ type: "offer", viewerId, peerId: "p1", sdp: "v=0" });
		await poll(() => there.last("offer")).toMatchObject({ peerId: "p1", sdp: "v=0" });
		await there.say({ type: "answer", peerId: "p1", sdp: "v=1" });
		await poll(() => host.last("answer")).toEqual({ type: "answer", viewerId, peerId: "p1", sdp: "v=1" });
		await there.say({ type: "ping" });
		await heard(there, "pong");
	});

	it("pass control between viewers on different servers, and tell both", async () => {
		const host = await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toHaveLength(1);
		const here = await one.viewer("studio.phone");
		const there = await other.viewer("studio.phone");
		await heard(there, "control");
		await here.say({ type: "control", action: "take" });
		await poll(() => controlOf(there).holder).toBe(participantOf(here).viewerId);
		const since = performance.now();
		await there.say({ type: "control", action: "take" });
		await poll(() => controlOf(here).holder).toBe(participantOf(there).viewerId);
		await poll(() => controlOf(there).holder).toBe(participantOf(there).viewerId);
		console.log(`control passed between servers in ${(performance.now() - since).toFixed(1)} ms`);
		expect(host.the("control").holder).toBe(participantOf(there).viewerId);
		// What cannot be had is refused over the same way.
		await there.say({ type: "control", action: "deny", viewerId: participantOf(here).viewerId });
		await poll(() => there.last("error")).toMatchObject({ reason: { code: "no-request" }, final: false });
	});

	it("hold links that were made at either, and end them at both at once", async () => {
		await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toHaveLength(1);
		const { id, cookie } = await other.grant("studio.phone", "control");
		await poll(() => one.grants.get(id)).toBeDefined();
		const [here, there] = [
			await one.viewer("studio.phone", {}, cookie),
			await other.viewer("studio.phone", {}, cookie),
		];
		for (const viewer of [here, there]) await heard(viewer, "welcome");
		const since = performance.now();
		await other.grants.revoke(id);
		for (const viewer of [here, there]) {
			await poll(() => viewer.last("ended")).toMatchObject({ reason: { code: "revoked" }, final: true });
		}
		console.log(
			`a link revoked elsewhere ended its viewers within ${(performance.now() - since).toFixed(1)} ms`,
		);
		const late = await one.viewer("studio.phone", {}, cookie);
		await poll(() => late.last("error")).toMatchObject({ reason: { code: "revoked" } });
	});

	it("count the uses of a link and the PINs tried once for both", async () => {
		const order = { deviceId: "phone", role: "view", label: "", madeBy: "owner" } as const;
		const expires = Date.now() + 60_000;
		const { token } = await one.grants.create({ ...order, expires, uses: 5 });
		const opened = await Promise.allSettled(
			Array.from({ length: 40 }, (_, at) => (at % 2 ? one : other).grants.redeem(token)),
		);
		expect(opened.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
		const guarded = await one.grants.create({ ...order, expires, pin: "4711" });
		const tries = await Promise.allSettled(
			Array.from({ length: 40 }, (_, at) => (at % 2 ? one : other).grants.redeem(guarded.token, "0000")),
		);
		const codes = tries.map((result) => result.status === "rejected" && result.reason.code);
		expect(codes.filter((code) => code === "wrong-pin")).toHaveLength(9);
		expect(codes.filter((code) => code === "too-many-tries")).toHaveLength(31);
	});

	it("never give two hosts one name, also when both come first at the same time", async () => {
		const keys = await Promise.all([one.hostKeys.issue(""), other.hostKeys.issue("")]);
		await poll(() => one.hostKeys.list().length === 3 && other.hostKeys.list().length === 3).toBe(true);
		const join = (server: SharedSignaling, at: 0 | 1) =>
			server.hostKeys.admit({ key: keys[at].key, hostId: `h${at}`, name: "Attic" });
		const passes = [join(one, 0), join(other, 1)];
		const bound = await Promise.allSettled(passes.map((pass) => pass.bound));
		expect(bound.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
		const again = bound[0]?.status === "rejected" ? join(one, 0) : join(other, 1);
		await again.bound;
		expect(again.prefix).toBe("attic-2.");
	});

	it("send a host away whose key is revoked at the other", async () => {
		const host = await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toHaveLength(1);
		expect(other.server.hostIsHere(key.split(".")[0] as string)).toBe(true);
		await other.hostKeys.revoke(key.split(".")[0] as string);
		await poll(() => host.last("error")).toMatchObject({ reason: { code: "host-key-revoked" }, final: true });
		await poll(() => [devicesOf(one), devicesOf(other)]).toEqual([[], []]);
	});

	it("ask the node of a device for its screenshot", async () => {
		const host = await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toHaveLength(1);
		const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
		const screenshot = other.server.request("studio.phone", { what: "screenshot" });
		await heard(host, "screenshot-wanted");
		const { requestId } = host.the("screenshot-wanted");
		await host.say({ type: "screenshot", requestId, jpeg: jpeg.toString("base64") });
		expect(Buffer.from(await screenshot)).toEqual(jpeg);
		const asleep = other.server.request("studio.phone", { what: "screenshot" });
		await poll(() => host.the("screenshot-wanted").requestId).not.toBe(requestId);
		const error = { code: "device-asleep", message: "It sleeps." };
		await host.say({ type: "screenshot", requestId: host.the("screenshot-wanted").requestId, error });
		await expect(asleep).rejects.toMatchObject(error);
	});

	it("ask the node of a device for pictures of its frame, and to switch it", async () => {
		const host = await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toHaveLength(1);
		const png = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(500 * 1024)]);
		const picture = other.server.request("studio.phone", { what: "bezel", name: "bare" });
		await heard(host, "bezel-wanted");
		const { requestId, deviceId, name } = host.the("bezel-wanted");
		expect([deviceId, name]).toEqual(["phone", "bare"]);
		await host.say({ type: "done", requestId, png: png.toString("base64") });
		expect(png.equals(await picture)).toBe(true);
		const switched = other.server.request("studio.phone", { what: "power", on: false });
		await heard(host, "switch-power");
		expect(host.the("switch-power")).toMatchObject({ deviceId: "phone", on: false });
		await host.say({ type: "done", requestId: host.the("switch-power").requestId });
		expect((await switched).length).toBe(0);
	});
});

describe("a host that moves to another server", () => {
	it("takes its viewers and their control along, wherever they are", async () => {
		await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toHaveLength(1);
		const [here, there] = [await one.viewer("studio.phone"), await other.viewer("studio.phone")];
		await heard(there, "control");
		await there.say({ type: "control", action: "take" });
		await poll(() => controlOf(here).holder).toBe(participantOf(there).viewerId);
		const known = () => other.rooms.get("studio.phone")?.control.holder;
		await poll(known).toBe(participantOf(there).viewerId);
		const host = await other.host(key, "studio", [phone]);
		await poll(() => [here.ended, there.ended]).toEqual([expect.anything(), expect.anything()]);
		// The holder keeps control from the first moment, also before it is back.
		expect(host.the("control")).toMatchObject({ holder: participantOf(there).viewerId, touchTakes: false });
		const back = await other.viewer("studio.phone", { participant: participantOf(there), media: true });
		const too = await one.viewer("studio.phone", { participant: participantOf(here), media: true });
		for (const viewer of [back, too]) {
			await heard(viewer, "control");
			expect(controlOf(viewer).holder).toBe(participantOf(there).viewerId);
		}
		await poll(() => devicesOf(one)).toEqual(["studio.phone live 2"]);
		expect(host.heard.filter(({ type }) => type === "viewer-joined")).toMatchObject([
			{ viewerId: participantOf(there).viewerId, media: true },
			{ viewerId: participantOf(here).viewerId, media: true },
		]);
	});

	it("is let go by the server it left, without being sent away for good", async () => {
		const first = await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toHaveLength(1);
		await other.host(key, "studio", [phone]);
		await poll(() => first.ended).toBeDefined();
		expect(first.last("error")).toBeUndefined();
		const back = await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toEqual(["studio.phone ready 0"]);
		expect(back.ended).toBeUndefined();
	});
});

describe("a server that is gone", () => {
	it("in order: its devices are offline at once, and viewers wait until their host is elsewhere", async () => {
		await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toHaveLength(1);
		const viewer = await other.viewer("studio.phone");
		await heard(viewer, "welcome");
		await one.close();
		await poll(() => viewer.ended).toMatchObject({ code: expect.any(Number) });
		await poll(() => devicesOf(other)).toEqual(["studio.phone offline 0"]);
		const waiting = await other.viewer("studio.phone", { participant: participantOf(viewer), media: true });
		await poll(() => waiting.last("error")).toMatchObject({ reason: { code: "host-offline" }, final: false });
		await other.host(key, "studio", [phone]);
		await poll(() => waiting.last("welcome")).toMatchObject({ viewerId: participantOf(viewer).viewerId });
	});

	it("remembers who was sent away: the next one does not let them in either", async () => {
		await one.host(key, "studio", [phone]);
		const [owner, guest] = [
			await one.viewer("studio.phone"),
			await one.viewer("studio.phone", {}, (await one.grant("studio.phone", "view")).cookie),
		];
		await heard(guest, "welcome");
		await owner.say({ type: "kick", viewerId: participantOf(guest).viewerId, and: "ten-minutes" });
		await heard(guest, "ended");
		await poll(() => other.rooms.get("studio.phone")?.barred).toHaveLength(1);
		await one.close();
		await other.host(key, "studio", [phone]);
		const back = await other.viewer(
			"studio.phone",
			{ participant: participantOf(guest) },
			(await other.grant("studio.phone", "view")).cookie,
		);
		await poll(() => back.last("error")).toMatchObject({ reason: { code: "removed" }, final: true });
	});
});

describe("while Redis is away", () => {
	it("what is on one server goes on, what is not safe is refused, and the rest comes back with it", async () => {
		await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toHaveLength(1);
		const { cookie, id } = await one.grant("studio.phone", "control");
		const here = await one.viewer("studio.phone", {}, cookie);
		const there = await other.viewer("studio.phone");
		await heard(there, "welcome");
		await redis.kill();
		await poll(() => there.ended).toBeDefined();
		await here.say({ type: "control", action: "request" });
		expect(controlOf(here).holder).toBe(participantOf(here).viewerId);
		await heard(await one.viewer("studio.phone", {}, cookie), "welcome");
		await expect(one.grant("studio.phone", "view")).rejects.toMatchObject({ code: "store-unavailable" });
		await expect(one.grants.revoke(id)).rejects.toMatchObject({ code: "store-unavailable" });
		await expect(one.hostKeys.issue("x")).rejects.toMatchObject({ code: "store-unavailable" });
		const waiting = await other.viewer("studio.phone", { participant: participantOf(there), media: true });
		await poll(() => waiting.last("error")).toMatchObject({ reason: { code: "host-offline" }, final: false });
		const since = performance.now();
		await redis.start();
		await poll(() => waiting.last("welcome")).toMatchObject({ viewerId: participantOf(there).viewerId });
		console.log(
			`a waiting viewer was in ${(performance.now() - since).toFixed(0)} ms after Redis was started again`,
		);
		await poll(() => controlOf(waiting).holder).toBe(participantOf(here).viewerId);
		await other.grants.revoke(id);
		await heard(here, "ended");
	});

	it("no server starts, and it says why", async () => {
		await redis.kill();
		await expect(start()).rejects.toMatchObject({
			code: "redis-unreachable",
			message: expect.stringContaining("127.0.0.1"),
		});
	});
});

describe("garbage in Redis", () => {
	it("is passed over and counted, and everything else goes on", async () => {
		await one.host(key, "studio", [phone]);
		await poll(() => devicesOf(other)).toHaveLength(1);
		const viewer = await other.viewer("studio.phone");
		await heard(viewer, "welcome");
		const client = await redis.client();
		const channels = (await client.sendCommand(["PUBSUB", "CHANNELS", "test:*"])) as unknown as string[];
		expect(channels.length).toBeGreaterThanOrEqual(6);
		const texts = [
			"",
			"x",
			"{}",
			'{"type":"open"}',
			'{"type":"said","connection":"x","place":-1,"text":""}',
			`{"type":"shut","connection":"x","code":1005,"reason":""}`,
			"beat",
			"beat ../..",
			"host x y",
			"host x y 1 []x",
			`host x y 9999999999999999 [{"id":"studio.phone"}]`,
			"\u0000".repeat(1_000),
		];
		for (const channel of channels) for (const text of texts) await client.publish(channel, text);
		await client.hSet("test:node:dead", { studio: "nonsense" });
		await client.zAdd("test:nodes", { score: Date.now() / 1000, value: "dead" });
		await poll(() => unreadable(other)).toBeGreaterThanOrEqual(texts.length);
		await viewer.say({ type: "control", action: "take" });
		await poll(() => controlOf(viewer).holder).toBe(participantOf(viewer).viewerId);
		await poll(() => devicesOf(other)).toEqual(["studio.phone live 1"]);
		// A forged connection from a node that is not there ends by itself.
		const forged = {
			type: "open",
			connection: "l",
			from: "nobody",
			hello: { type: "hello", version: 1, as: "viewer", deviceId: "studio.phone", media: false },
			rights: { role: "own", devices: "all", grantId: "unknown", label: "" },
		};
		for (const channel of channels.filter((name) => name.startsWith("test:to:")))
			await client.publish(channel, JSON.stringify(forged));
		await poll(() => devicesOf(one)).toEqual(["studio.phone live 1"]);
	});
});
