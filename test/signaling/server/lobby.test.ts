import { beforeEach, describe, expect, it } from "vitest";
import { settled } from "../../fakes/fake-clock.ts";
import {
	describeDevice,
	hostHello,
	SignalingHarness,
	type SignalingPeer,
	viewerHello,
} from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let id: string;
let key: string;

/** A signaling server just started again, whose book knows the host `studio`. */
beforeEach(async () => {
	harness = new SignalingHarness();
	({ id, key } = await harness.hostKeys.issue("studio"));
	harness.hostKeys.admit({ key, hostId: "h1", name: "Studio" });
});

async function studio(devices = ["demo"]): Promise<SignalingPeer> {
	const host = harness.connect();
	await host.say(hostHello("h1", { key, name: "Studio" }));
	await host.say({ type: "devices", devices: devices.map((device) => describeDevice(device)) });
	return host;
}

describe("a viewer that is here before its host", () => {
	it("hears why it waits, and comes in with the host on the same line", async () => {
		const viewer = await harness.viewer("studio.demo");
		expect(viewer.heard).toMatchObject([{ type: "error", reason: { code: "host-offline" }, final: false }]);
		expect(viewer.ended).toBeUndefined();
		const host = await studio();
		expect(viewer.the("welcome")).toMatchObject({ device: { id: "studio.demo", host: "Studio" } });
		const joined = host.heard.filter(({ type }) => type === "viewer-joined");
		expect(joined).toMatchObject([{ viewerId: viewer.the("welcome").viewerId, deviceId: "demo" }]);
	});

	it("keeps its place and its media, unless it has asked for new ones meanwhile", async () => {
		const first = await studio();
		const viewers = [await harness.viewer("studio.demo"), await harness.viewer("studio.demo")];
		const seats = viewers.map((viewer) => viewer.the("welcome"));
		await first.hangUp();
		const again = new SignalingHarness();
		again.hostKeys.admit = () => ({ id, prefix: "studio." });
		again.hostKeys.hostOf = () => "Studio";
		const waiting: SignalingPeer[] = [];
		for (const { viewerId, seatKey } of seats) {
			waiting.push(await again.viewer("studio.demo", { media: true, seat: { viewerId, key: seatKey } }));
		}
		await waiting[1]?.say({ type: "restart" });
		const host = again.connect();
		await host.say(hostHello("h1"));
		await host.say({ type: "devices", devices: [describeDevice("demo")] });
		const joined = host.heard.filter(({ type }) => type === "viewer-joined");
		expect(joined.map(({ viewerId, media }) => [viewerId, media])).toEqual([
			[seats[0]?.viewerId, true],
			[seats[1]?.viewerId, false],
		]);
	});

	it("is answered while it waits, and may leave", async () => {
		const viewer = await harness.viewer("studio.demo");
		await viewer.say({ type: "ping" });
		expect(viewer.last("pong")).toBeDefined();
		await viewer.say({ type: "leave" });
		expect(viewer.ended).toBeDefined();
		const host = await studio();
		expect(host.last("viewer-joined")).toBeUndefined();
	});

	it("goes on waiting when the host comes without that device", async () => {
		const viewer = await harness.viewer("studio.tablet");
		const host = await studio();
		expect(viewer.last("welcome")).toBeUndefined();
		await host.say({ type: "devices", devices: [describeDevice("demo"), describeDevice("tablet")] });
		expect(viewer.last("welcome")).toBeDefined();
	});

	it("is refused when the host's key is revoked meanwhile", async () => {
		const viewer = await harness.viewer("studio.demo");
		await harness.hostKeys.revoke(id);
		harness.server.dismissHost(id);
		await settled();
		expect(viewer.last("error")).toMatchObject({ reason: { code: "no-such-device" }, final: true });
	});

	it("is told to come back later when a thousand wait already", async () => {
		for (let count = 0; count < 1_000; count++) await harness.viewer("studio.demo");
		const late = await harness.viewer("studio.demo");
		expect(late.last("error")).toMatchObject({ reason: { code: "host-offline" }, final: false });
		expect(late.ended).toBeDefined();
	});

	it("waits only with a right to the device, and only for a host that is known", async () => {
		const stranger = harness.connect();
		await stranger.say(viewerHello("studio.demo", { token: undefined }));
		expect(stranger.last("error")).toMatchObject({ reason: { code: "no-token" }, final: true });
		const lost = await harness.viewer("attic.demo");
		expect(lost.last("error")).toMatchObject({ reason: { code: "no-such-device" }, final: true });
	});

	it("is hung up on when the server closes", async () => {
		const viewer = await harness.viewer("studio.demo");
		harness.server.close();
		await settled();
		expect(viewer.ended).toBeDefined();
	});
});
