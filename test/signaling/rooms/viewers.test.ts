import { beforeEach, describe, expect, it } from "vitest";
import { settled } from "../../fakes/fake-clock.ts";
import { describeDevice, SignalingHarness, type SignalingPeer } from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let host: SignalingPeer;
let viewer: SignalingPeer;

beforeEach(async () => {
	harness = new SignalingHarness();
	host = await harness.host("h1", [describeDevice("phone"), describeDevice("tablet")]);
	viewer = await harness.viewer("phone");
});

/** Which participant a viewer is, with the proof. */
function participantOf(peer: SignalingPeer): { viewerId: string; key: string } {
	const { viewerId, participantKey } = peer.the("welcome");
	return { viewerId: String(viewerId), key: String(participantKey) };
}

const viewersOf = (id: string) => harness.server.device(id)?.viewers;

describe("a viewer", () => {
	it("is welcomed with its participant, its role and the device, which is live now, and hears who holds control and who is here", () => {
		expect(viewer.heard[0]).toMatchObject({
			type: "welcome",
			role: "own",
			device: { id: "phone", name: "The phone", state: "live", viewers: 1 },
		});
		expect(viewer.heard.map(({ type }) => type)).toEqual(["welcome", "control", "participants"]);
	});

	it("is announced to the host of its device", () => {
		const { viewerId } = participantOf(viewer);
		expect(host.last("viewer-joined")).toEqual({
			type: "viewer-joined",
			viewerId,
			deviceId: "phone",
			role: "own",
			number: 1,
			media: false,
		});
	});

	it("gets offers and sends answers, with nobody else hearing", async () => {
		const other = await harness.viewer("phone");
		const { viewerId } = participantOf(viewer);
		await host.say({ type: "offer", viewerId, peerId: "p1", sdp: "v=0 offer" });
		expect(viewer.last("offer")).toEqual({ type: "offer", peerId: "p1", sdp: "v=0 offer" });
		expect(other.last("offer")).toBeUndefined();
		await viewer.say({ type: "answer", peerId: "p1", sdp: "v=0 answer" });
		expect(host.last("answer")).toEqual({ type: "answer", viewerId, peerId: "p1", sdp: "v=0 answer" });
	});

	it("asks for a new offer as if it had just come, since its host may have given it up", async () => {
		harness.clock.advance(1000);
		host.drain();
		await viewer.say({ type: "restart" });
		expect(host.heard).toEqual([
			{
				type: "viewer-joined",
				viewerId: participantOf(viewer).viewerId,
				deviceId: "phone",
				role: "own",
				number: 1,
				media: false,
			},
		]);
	});

	it("gets one new offer, however often it asks while that is on its way", async () => {
		const { viewerId } = participantOf(viewer);
		const asked = () => host.heard.filter(({ type }) => type === "viewer-joined").length;
		await host.say({ type: "offer", viewerId, peerId: "p1", sdp: "v=0 offer" });
		host.drain();
		for (let count = 0; count < 10; count++) await viewer.say({ type: "restart" });
		expect(asked()).toBe(1);
		await host.say({ type: "offer", viewerId, peerId: "p2", sdp: "v=0 offer" });
		await viewer.say({ type: "restart" });
		expect(asked()).toBe(2);
	});

	it("is announced again when no offer comes of what was asked for before", async () => {
		const asked = () => host.heard.filter(({ type }) => type === "viewer-joined").length;
		harness.clock.advance(1000);
		host.drain();
		for (let count = 0; count < 3; count++) await viewer.say({ type: "restart" });
		expect(asked()).toBe(1);
		harness.clock.advance(1000);
		await settled();
		expect(asked()).toBe(2);
	});

	it("hears each change of its device, and of no other", async () => {
		viewer.drain();
		await host.say({
			type: "devices",
			devices: [
				describeDevice("phone", { pixels: { width: 844, height: 390 } }),
				describeDevice("tablet", { note: "changed" }),
			],
		});
		expect(viewer.heard).toMatchObject([
			{ type: "device", device: { id: "phone", pixels: { width: 844 }, viewers: 1 } },
		]);
	});

	it("hears for good that its device was taken away", async () => {
		await host.say({ type: "devices", devices: [describeDevice("tablet")] });
		expect(viewer.last("ended")).toMatchObject({ reason: { code: "device-gone" }, final: true });
	});

	it("hears why its host ended it", async () => {
		const reason = { code: "display-vanished", message: "The display is gone." };
		await host.say({ type: "end", viewerId: participantOf(viewer).viewerId, reason, final: true });
		expect(viewer.last("ended")).toEqual({ type: "ended", reason, final: true });
	});

	it("leaves with a word to the host", async () => {
		await viewer.say({ type: "leave" });
		expect(host.last("viewer-left")).toEqual({
			type: "viewer-left",
			viewerId: participantOf(viewer).viewerId,
		});
		expect(viewer.ended).toBeDefined();
		expect(viewersOf("phone")).toBe(0);
	});

	it("is not taken for gone when only its connection is lost: its pictures go on", async () => {
		await viewer.hangUp();
		expect(host.last("viewer-left")).toBeUndefined();
		expect(viewersOf("phone")).toBe(0);
	});
});

describe("a participant", () => {
	it("keeps a viewer's id over a lost connection, and tells the host that media still flows", async () => {
		const participant = participantOf(viewer);
		await viewer.hangUp();
		const back = await harness.viewer("phone", { participant, media: true });
		expect(participantOf(back)).toEqual(participant);
		expect(host.last("viewer-joined")).toMatchObject({ viewerId: participant.viewerId, media: true });
		expect(viewersOf("phone")).toBe(1);
	});

	it("supersedes the connection that still holds it, which is told for good, once", async () => {
		const participant = participantOf(viewer);
		const back = await harness.viewer("phone", { participant });
		expect(viewer.last("error")).toMatchObject({ reason: { code: "superseded" }, final: true });
		expect(viewer.ended).toBeDefined();
		expect(participantOf(back)).toEqual(participant);
		await settled();
		expect(back.ended).toBeUndefined();
		expect(viewersOf("phone")).toBe(1);
		await host.say({ type: "offer", viewerId: participant.viewerId, peerId: "p2", sdp: "v=0" });
		expect(back.last("offer")).toBeDefined();
	});

	it.each([
		[
			"with a forged key",
			(participant: { viewerId: string }) => ({ viewerId: participant.viewerId, key: "forged" }),
		],
		[
			"with somebody else's id",
			(participant: { key: string }) => ({ viewerId: "somebody", key: participant.key }),
		],
	])("%s gives a new id, and no claim of flowing media is believed", async (_, forge) => {
		const participant = participantOf(viewer);
		const thief = await harness.viewer("phone", { participant: forge(participant), media: true });
		expect(participantOf(thief).viewerId).not.toBe(participant.viewerId);
		expect(viewer.ended).toBeUndefined();
		expect(host.last("viewer-joined")).toMatchObject({
			viewerId: participantOf(thief).viewerId,
			media: false,
		});
		expect(viewersOf("phone")).toBe(2);
	});

	it("of one device is worth nothing on another", async () => {
		const participant = participantOf(viewer);
		const other = await harness.viewer("tablet", { participant, media: true });
		expect(participantOf(other).viewerId).not.toBe(participant.viewerId);
		expect(viewer.ended).toBeUndefined();
	});

	it("outlives the server: its holder is asked to come again until the host is back", async () => {
		const participant = participantOf(viewer);
		const after = new SignalingHarness();
		const early = await after.viewer("phone", { participant, media: true });
		expect(early.heard).toMatchObject([{ type: "error", reason: { code: "host-offline" }, final: false }]);
		expect(early.ended).toMatchObject({ code: 1013 });
		const again = await after.host("h1", [describeDevice("phone")]);
		const back = await after.viewer("phone", { participant, media: true });
		expect(participantOf(back)).toEqual(participant);
		expect(again.last("viewer-joined")).toMatchObject({ viewerId: participant.viewerId, media: true });
	});

	it("does not bring a stranger's device id to life", async () => {
		const peer = await harness.viewer("nowhere", { participant: { viewerId: "v1", key: "forged" } });
		expect(peer.heard).toMatchObject([{ type: "error", reason: { code: "no-such-device" }, final: true }]);
	});
});
