import { beforeEach, describe, expect, it } from "vitest";
import { toDirectorySchema, toHostSchema, toViewerSchema } from "../../../signaling/protocol/messages.ts";
import { parseMessage } from "../../../signaling/protocol/parse.ts";
import { settled } from "../../fakes/fake-clock.ts";
import {
	cookiesOf,
	describeDevice,
	hostHello,
	keys,
	plainScope,
	SignalingHarness,
	viewerHello,
} from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
beforeEach(() => {
	harness = new SignalingHarness();
});

const refused = async (reason: string) => {
	const { values } = await harness.metrics.refusedRequests.get();
	return values.find((value) => value.labels.reason === reason)?.value ?? 0;
};

describe("who may come in", () => {
	it.each([
		["a viewer without a token", viewerHello("phone", { token: undefined }), "no-token"],
		["a viewer with a wrong token", viewerHello("phone", { token: "guess" }), "wrong-token"],
		["a list page without a token", { type: "hello", version: 1, as: "directory" }, "no-token"],
		["a host with a wrong key", hostHello("h1", { key: "guess" }), "wrong-host-key"],
		["a host with the owner's token", hostHello("h1", { key: keys.ownerToken }), "wrong-host-key"],
		["a viewer with the host's key", viewerHello("phone", { token: keys.hostKey }), "wrong-token"],
	])("turns away %s, for good", async (_, hello, code) => {
		await harness.host("h0", [describeDevice("phone")]);
		const peer = harness.connect();
		await peer.say(hello);
		expect(peer.heard).toMatchObject([{ type: "error", reason: { code }, final: true }]);
		expect(peer.ended).toBeDefined();
		expect(await refused(code)).toBe(1);
		expect(JSON.stringify(peer.heard)).not.toContain("phone");
	});

	it("lets in a viewer whose cookie is good, with the role it gives", async () => {
		await harness.host("h1", [describeDevice("phone")]);
		const { cookie } = await harness.grant("phone", "view");
		const peer = harness.connect(cookie);
		await peer.say(viewerHello("phone", { token: undefined }));
		expect(peer.last("welcome")).toMatchObject({ role: "view" });
	});

	it("does not let a good cookie save a wrong token", async () => {
		await harness.host("h1", [describeDevice("phone")]);
		const peer = harness.connect(cookiesOf(harness.access.ownerCookie(plainScope)));
		await peer.say(viewerHello("phone", { token: "guess" }));
		expect(peer.heard).toMatchObject([{ type: "error", reason: { code: "wrong-token" } }]);
	});

	it("tells whoever has the right that there is no such device", async () => {
		const peer = await harness.viewer("nowhere");
		expect(peer.heard).toMatchObject([{ type: "error", reason: { code: "no-such-device" }, final: true }]);
		expect(await refused("no-such-device")).toBe(1);
	});
});

describe("everything the server says", () => {
	it("can be read by the schema of whom it is said to", async () => {
		const host = await harness.host("h1", [describeDevice("phone", { note: "A note" })]);
		const viewer = await harness.viewer("phone");
		const directory = await harness.directory();
		const viewerId = viewer.last("welcome")?.viewerId;
		await host.say({ type: "devices", devices: [describeDevice("phone", { name: "Renamed" })] });
		await host.say({ type: "offer", viewerId, peerId: "p1", sdp: "v=0" });
		await viewer.say({ type: "answer", peerId: "p1", sdp: "v=0" });
		await viewer.say({ type: "restart" });
		await viewer.say({ type: "control", action: "request" });
		await viewer.say({ type: "name", name: "Ana" });
		await viewer.say({ type: "ping" });
		await viewer.say({ type: "dance" });
		await host.say({ type: "ping" });
		await host.say({ type: "dance" });
		await directory.say({ type: "ping" });
		await host.say({ type: "end", viewerId, reason: { code: "gone", message: "Gone." }, final: true });
		await viewer.say({ type: "leave" });
		harness.server.close();
		await settled();
		for (const message of viewer.heard) parseMessage(toViewerSchema, JSON.stringify(message));
		for (const message of host.heard) parseMessage(toHostSchema, JSON.stringify(message));
		for (const message of directory.heard) parseMessage(toDirectorySchema, JSON.stringify(message));
		expect(new Set(viewer.heard.map(({ type }) => type))).toEqual(
			new Set(["welcome", "device", "control", "participants", "offer", "pong", "error", "ended"]),
		);
		expect(new Set(host.heard.map(({ type }) => type))).toEqual(
			new Set(["welcome", "control", "viewer-joined", "answer", "pong", "error", "viewer-left"]),
		);
	});
});

describe("closing", () => {
	it("ends every connection, but no session: media goes on without signaling", async () => {
		const host = await harness.host("h1", [describeDevice("phone")]);
		const viewer = await harness.viewer("phone");
		const directory = await harness.directory();
		harness.server.close();
		harness.server.close();
		await settled();
		expect([host.ended, viewer.ended, directory.ended]).not.toContain(undefined);
		expect([viewer.last("ended"), viewer.last("error")]).toEqual([undefined, undefined]);
	});

	it("turns away who comes later, who may try again", async () => {
		harness.server.close();
		const peer = harness.connect();
		await settled();
		expect(peer.heard).toMatchObject([{ type: "error", reason: { code: "closing" }, final: false }]);
		expect(peer.ended).toMatchObject({ code: 1013 });
	});
});

it("counts devices by their state for /metrics", async () => {
	await harness.host("h1", [describeDevice("phone"), describeDevice("tv", { state: "failed" })]);
	const host = await harness.host("h2", [describeDevice("desk")]);
	await harness.viewer("phone");
	await host.hangUp();
	const { values } = await harness.metrics.devices.get();
	expect(Object.fromEntries(values.map(({ labels, value }) => [labels.state, value]))).toEqual({
		live: 1,
		failed: 1,
		offline: 1,
	});
	expect((await harness.metrics.viewers.get()).values).toMatchObject([{ value: 1 }]);
});
