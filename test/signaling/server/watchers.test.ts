import { beforeEach, describe, expect, it } from "vitest";
import {
	describeDevice,
	SignalingHarness,
	type SignalingPeer,
	viewerHello,
} from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let host: SignalingPeer;
beforeEach(async () => {
	harness = new SignalingHarness();
	host = await harness.host("h1", [describeDevice("phone")]);
});

describe("the list of devices", () => {
	it("is told at once and after each change", async () => {
		const directory = await harness.directory();
		expect(directory.drain()).toMatchObject([{ type: "devices", devices: [{ id: "phone", viewers: 0 }] }]);
		const viewer = await harness.viewer("phone");
		expect(directory.drain()).toMatchObject([{ devices: [{ state: "live", viewers: 1 }] }]);
		await viewer.hangUp();
		expect(directory.drain()).toMatchObject([{ devices: [{ state: "ready", viewers: 0 }] }]);
		await host.hangUp();
		expect(directory.drain()).toMatchObject([{ devices: [{ state: "offline" }] }]);
	});

	it("is told once for changes that come together", async () => {
		const directory = await harness.directory();
		directory.drain();
		const peers = [harness.connect(), harness.connect()];
		await Promise.all(peers.map((peer) => peer.say(viewerHello("phone"))));
		expect(directory.heard).toMatchObject([{ type: "devices", devices: [{ viewers: 2 }] }]);
	});

	it("is told to each page, and no more to one that has gone", async () => {
		const [one, two] = [await harness.directory(), await harness.directory()];
		await one.hangUp();
		one.drain();
		two.drain();
		await host.say({ type: "devices", devices: [] });
		expect(one.heard).toEqual([]);
		expect(two.heard).toEqual([{ type: "devices", devices: [] }]);
	});

	it("takes no message but pings", async () => {
		const directory = await harness.directory();
		directory.drain();
		await directory.say({ type: "ping" });
		await directory.say({ type: "devices", devices: [] });
		expect(directory.heard).toMatchObject([
			{ type: "pong" },
			{ type: "error", reason: { code: "bad-message" }, final: false },
		]);
	});
});
