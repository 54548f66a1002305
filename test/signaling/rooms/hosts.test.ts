import { beforeEach, describe, expect, it } from "vitest";
import { DeviceIds } from "../../../signaling/rooms/hosts.ts";
import { settled } from "../../fakes/fake-clock.ts";
import {
	describeDevice,
	hostHello,
	SignalingHarness,
	type SignalingPeer,
} from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let host: SignalingPeer;

beforeEach(async () => {
	harness = new SignalingHarness();
	host = await harness.host("h1", [describeDevice("phone")]);
});

const viewerIdOf = (viewer: SignalingPeer) => viewer.last("welcome")?.viewerId;

describe("a host that is lost", () => {
	it("leaves its devices as offline, since that moment, and its viewers hear it", async () => {
		const viewer = await harness.viewer("phone");
		harness.clock.advance(4_000);
		await host.hangUp();
		expect(viewer.last("device")).toMatchObject({ device: { state: "offline", since: 5_000, viewers: 1 } });
		expect(viewer.ended).toBeUndefined();
		expect(harness.server.device("phone")).toMatchObject({ state: "offline" });
	});

	it("hears on its return of everybody who stayed, and who may still have pictures", async () => {
		const viewer = await harness.viewer("phone");
		await host.hangUp();
		const late = await harness.viewer("phone");
		const back = await harness.host("h1", [describeDevice("phone")]);
		const joined = back.heard.filter(({ type }) => type === "viewer-joined");
		expect(joined.map(({ viewerId }) => viewerId)).toEqual([viewerIdOf(viewer), viewerIdOf(late)]);
		expect(joined.every(({ media }) => media === true)).toBe(true);
		expect(viewer.last("device")).toMatchObject({ device: { state: "live", viewers: 2 } });
	});

	it("hears of them again only with a device that was not there before", async () => {
		const viewer = await harness.viewer("phone");
		await host.hangUp();
		const back = await harness.host("h2", [describeDevice("tablet")]);
		expect(back.last("viewer-joined")).toBeUndefined();
		await back.say({ type: "devices", devices: [describeDevice("tablet"), describeDevice("phone")] });
		expect(back.last("viewer-joined")).toMatchObject({ viewerId: viewerIdOf(viewer), deviceId: "phone" });
		back.drain();
		await back.say({ type: "devices", devices: [describeDevice("tablet"), describeDevice("phone")] });
		expect(back.heard).toEqual([]);
	});

	it("may be replaced: another host can offer its device ids", async () => {
		await host.hangUp();
		const other = await harness.host("h2", [describeDevice("phone", { name: "Moved" })]);
		expect(other.last("error")).toBeUndefined();
		expect(harness.server.device("phone")).toMatchObject({ name: "Moved", state: "ready" });
	});
});

describe("a host that connects twice", () => {
	it("is kept in its newer connection, and the older is told for good", async () => {
		const viewer = await harness.viewer("phone");
		const newer = await harness.host("h1", [describeDevice("phone", { name: "Newer" })]);
		expect(host.last("error")).toMatchObject({ reason: { code: "superseded" }, final: true });
		expect(host.ended).toBeDefined();
		await settled();
		expect(newer.ended).toBeUndefined();
		expect(harness.server.device("phone")).toMatchObject({ name: "Newer", state: "live" });
		expect(newer.last("viewer-joined")).toBeDefined();
		expect(JSON.stringify(viewer.heard)).not.toContain("offline");
	});

	it("is not taken offline by the end of its older connection", async () => {
		await harness.host("h1", [describeDevice("phone")]);
		await host.hangUp();
		expect(harness.server.device("phone")).toMatchObject({ state: "ready" });
	});
});

describe("two hosts", () => {
	it("cannot speak to each other's viewers", async () => {
		const stranger = await harness.host("h2", [describeDevice("tablet")]);
		const viewer = await harness.viewer("phone");
		const viewerId = viewerIdOf(viewer);
		viewer.drain();
		const reason = { code: "gone", message: "Gone." };
		await stranger.say({ type: "offer", viewerId, peerId: "p1", sdp: "v=0 evil" });
		await stranger.say({ type: "end", viewerId, reason, final: true });
		expect(viewer.heard).toEqual([]);
		await host.say({ type: "offer", viewerId, peerId: "p1", sdp: "v=0 good" });
		expect(viewer.heard).toMatchObject([{ sdp: "v=0 good" }]);
	});

	it("cannot have a device of one id; the second is told and may go on", async () => {
		const second = await harness.host("h2", [describeDevice("phone", { name: "Mine" })]);
		expect(second.last("error")).toMatchObject({ reason: { code: "device-id-taken" }, final: false });
		expect(harness.server.device("phone")).toMatchObject({ name: "The phone" });
		await second.say({ type: "devices", devices: [describeDevice("phone-2")] });
		expect(harness.server.device("phone-2")).toMatchObject({ state: "ready" });
	});

	it("do not take each other's devices along", async () => {
		const second = await harness.host("h2", [describeDevice("tablet")]);
		await second.say({ type: "devices", devices: [] });
		await second.hangUp();
		expect(harness.server.devices()).toMatchObject([{ id: "phone", state: "ready" }]);
	});
});

describe("messages of a host at the wrong time", () => {
	it("to viewers that are not here are dropped", async () => {
		host.drain();
		await host.say({ type: "offer", viewerId: "nobody", peerId: "p1", sdp: "v=0" });
		expect(host.heard).toEqual([]);
		expect(host.ended).toBeUndefined();
	});

	it("before it told of any device reach nobody", async () => {
		const viewer = await harness.viewer("phone");
		const silent = harness.connect();
		await silent.say(hostHello("h3"));
		viewer.drain();
		await silent.say({ type: "offer", viewerId: viewerIdOf(viewer), peerId: "p1", sdp: "v=0" });
		expect(viewer.heard).toEqual([]);
	});

	it("that only a viewer or the server may send are refused", async () => {
		host.drain();
		await host.say({ type: "answer", peerId: "p1", sdp: "v=0" });
		await host.say({ type: "viewer-joined", viewerId: "v1", deviceId: "phone", role: "own", media: false });
		expect(host.heard).toMatchObject([
			{ type: "error", reason: { code: "bad-message" }, final: false },
			{ type: "error", reason: { code: "bad-message" }, final: false },
		]);
	});

	it("with more devices than a host may have are refused whole", async () => {
		host.drain();
		const many = Array.from({ length: 257 }, (_, index) => describeDevice(`d${index}`));
		await host.say({ type: "devices", devices: many });
		expect(host.last("error")).toMatchObject({ reason: { code: "bad-message" } });
		expect(harness.server.devices()).toHaveLength(1);
	});
});

describe("a host that dials in with a key of the book", () => {
	async function dialIn(name: string, hostId: string, devices: readonly string[]) {
		const { id, key } = await harness.hostKeys.issue(name);
		const peer = harness.connect();
		await peer.say(hostHello(hostId, { key, name }));
		await peer.say({ type: "devices", devices: devices.map((device) => describeDevice(device)) });
		return { id, key, peer };
	}

	it("has its name before its devices' ids outside, and not in what it is told", async () => {
		const { peer } = await dialIn("Studio", "h9", ["phone"]);
		expect(peer.the("welcome")).toMatchObject({ prefix: "studio." });
		expect(harness.server.devices()).toMatchObject([
			{ id: "phone" },
			{ id: "studio.phone", host: "Studio", name: "The phone" },
		]);
		const viewer = await harness.viewer("studio.phone");
		expect(peer.the("viewer-joined")).toMatchObject({ deviceId: "phone", viewerId: viewerIdOf(viewer) });
		expect(host.last("viewer-joined")).toBeUndefined();
		await peer.say({ type: "offer", viewerId: viewerIdOf(viewer), peerId: "p1", sdp: "v=0" });
		expect(viewer.the("offer")).toMatchObject({ peerId: "p1" });
	});

	it("is welcomed when its key is bound to it for good, and not before", async () => {
		const bound = Promise.withResolvers<void>();
		harness.hostKeys.admit = () => ({ id: "k1", prefix: "studio.", bound: bound.promise });
		const peer = harness.connect();
		await peer.say(hostHello("h9"));
		expect(peer.heard).toEqual([]);
		bound.resolve();
		await settled();
		expect(peer.heard).toMatchObject([{ type: "welcome" }]);
	});

	it("does not get in the way of another of its name", async () => {
		await dialIn("Studio", "h8", ["phone"]);
		const { peer } = await dialIn("Studio", "h9", ["phone"]);
		expect(peer.last("error")).toBeUndefined();
		const ids = harness.server.devices().map(({ id }) => id);
		expect(ids.sort()).toEqual(["phone", "studio-2.phone", "studio.phone"]);
	});

	it("hears which ids are too long behind its name, and offers the others", async () => {
		const long = "x".repeat(64);
		const { peer } = await dialIn("Studio", "h9", [long, "phone"]);
		expect(peer.the("error")).toMatchObject({ reason: { code: "device-id-too-long" }, final: false });
		expect(String((peer.the("error").reason as { message: string }).message)).toContain(long);
		expect(harness.server.device("studio.phone")).toBeDefined();
	});

	it("is sent away for good, with its devices, when its key is revoked", async () => {
		const { id, peer } = await dialIn("Studio", "h9", ["phone"]);
		const viewer = await harness.viewer("studio.phone");
		expect(harness.server.hostIsHere(id)).toBe(true);
		await harness.hostKeys.revoke(id);
		harness.server.dismissHost(id);
		await settled();
		expect(peer.the("error")).toMatchObject({ reason: { code: "host-key-revoked" }, final: true });
		expect(viewer.the("ended")).toMatchObject({ reason: { code: "device-gone" }, final: true });
		expect(harness.server.devices()).toMatchObject([{ id: "phone" }]);
		expect(harness.server.hostIsHere(id)).toBe(false);
	});

	it.each([
		["a wrong key", "nonsense", "wrong-host-key"],
		["another's key", undefined, "host-key-in-use"],
	])("is refused for good with %s, and the audit log tells it", async (_what, wrong, code) => {
		const { key } = await dialIn("Studio", "h9", ["phone"]);
		const thief = harness.connect();
		await thief.say(hostHello("h10", { key: wrong ?? key, name: "Thief" }));
		expect(thief.heard).toMatchObject([{ type: "error", reason: { code }, final: true }]);
		expect(thief.ended).toBeDefined();
		expect(harness.audited.at(-1)).toMatchObject({ event: "refused", name: "Thief", detail: code });
		expect(JSON.stringify(harness.audited)).not.toContain(key);
		expect(harness.server.device("studio.phone")).toMatchObject({ state: "ready" });
	});
});

it("a host's device ids get its prefix outward and lose it inward", () => {
	const ids = new DeviceIds("studio.");
	expect(ids.outward([describeDevice("demo")]).devices).toMatchObject([
		{ id: "studio.demo", name: "The demo" },
	]);
	expect(ids.inward("studio.demo")).toBe("demo");
});

it("ids that would be too long are told by the host's own name of them, and the others are kept", () => {
	const long = "x".repeat(58);
	const { devices, refused } = new DeviceIds("studio.").outward([
		describeDevice(long),
		describeDevice("x".repeat(57)),
	]);
	expect(refused).toEqual([long]);
	expect(devices.map(({ id }) => id.length)).toEqual([64]);
	expect(new DeviceIds("").outward([describeDevice("x".repeat(64))]).refused).toEqual([]);
});
