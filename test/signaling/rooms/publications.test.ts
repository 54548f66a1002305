import { beforeEach, describe, expect, it } from "vitest";
import { OFFER_ANSWERED_WITHIN } from "../../../signaling/rooms/headless-viewers.ts";
import { settled } from "../../fakes/fake-clock.ts";
import {
	describeDevice,
	hostHello,
	SignalingHarness,
	type SignalingPeer,
} from "../../support/signaling-harness.ts";

let harness: SignalingHarness;

beforeEach(() => {
	harness = new SignalingHarness();
});

async function ownHost(): Promise<SignalingPeer> {
	const host = harness.connect();
	await host.say(hostHello("h1", { publishers: true }));
	await host.say({ type: "devices", devices: [] });
	return host;
}

async function farHost(name: string, publishers = true): Promise<SignalingPeer> {
	const { key } = await harness.hostKeys.issue(name);
	const host = harness.connect();
	await host.say(hostHello(name, { name, key, publishers }));
	await host.say({ type: "devices", devices: [] });
	return host;
}

async function publish(host: SignalingPeer, id: string) {
	const coming = harness.server.publish(id, "v=0 offer");
	coming.catch(() => {});
	await settled();
	const { requestId, deviceId } = host.the("publish") as unknown as { requestId: string; deviceId: string };
	return { coming, requestId, deviceId };
}

describe("a published stream", () => {
	it("goes to the host that takes some, and its answer comes back", async () => {
		const host = await ownHost();
		const { coming, requestId } = await publish(host, "cam");
		expect(host.the("publish")).toEqual({ type: "publish", requestId, deviceId: "cam", sdp: "v=0 offer" });
		await host.say({ type: "published", requestId, sdp: "v=0 answer" });
		expect(await coming).toMatchObject({ deviceId: "cam", answer: "v=0 answer" });
	});

	it("is taken back by its publisher, once", async () => {
		const host = await ownHost();
		const { coming, requestId } = await publish(host, "cam");
		await host.say({ type: "published", requestId, sdp: "v=0 answer" });
		const publication = await coming;
		let ended = 0;
		publication.onEnd(() => ended++);
		publication.end();
		publication.end();
		await settled();
		expect(host.heard.filter(({ type }) => type === "unpublish")).toEqual([{ type: "unpublish", requestId }]);
		expect(ended).toBe(1);
	});

	it("ends when its host says so, and when another says so it does not", async () => {
		const host = await ownHost();
		const other = await farHost("other", false);
		const { coming, requestId } = await publish(host, "cam");
		await other.say({ type: "published", requestId, sdp: "v=0 forged" });
		await host.say({ type: "published", requestId, sdp: "v=0 answer" });
		let ended = 0;
		(await coming).onEnd(() => ended++);
		await other.say({ type: "unpublished", requestId });
		expect(ended).toBe(0);
		await host.say({ type: "unpublished", requestId });
		expect(ended).toBe(1);
	});

	it("is refused with the host's words, or when the host does not answer or goes", async () => {
		const host = await ownHost();
		const first = await publish(host, "cam");
		const error = { code: "no-h264", message: "No H.264." };
		await host.say({ type: "published", requestId: first.requestId, error });
		await expect(first.coming).rejects.toMatchObject(error);
		const second = await publish(host, "cam");
		harness.clock.advance(OFFER_ANSWERED_WITHIN);
		await expect(second.coming).rejects.toMatchObject({ code: "answer-timeout" });
		const third = await publish(host, "cam");
		await host.hangUp();
		await expect(third.coming).rejects.toMatchObject({ code: "host-offline" });
	});

	it("is refused where there is a device of that id", async () => {
		const host = await ownHost();
		await host.say({ type: "devices", devices: [describeDevice("cam")] });
		await expect(harness.server.publish("cam", "v=0")).rejects.toMatchObject({ code: "device-id-taken" });
	});

	it("is refused where no host takes any", async () => {
		await harness.host("h1");
		await expect(harness.server.publish("cam", "v=0")).rejects.toMatchObject({ code: "no-publish-host" });
	});

	it("goes to the one host that takes some, under its prefix", async () => {
		const studio = await farHost("studio");
		await farHost("attic", false);
		expect((await publish(studio, "cam")).deviceId).toBe("cam");
		studio.drain();
		expect((await publish(studio, "studio.cam")).deviceId).toBe("cam");
	});

	it("has to name its host where several take some", async () => {
		await farHost("studio");
		const attic = await farHost("attic");
		await expect(harness.server.publish("cam", "v=0")).rejects.toMatchObject({ code: "ambiguous-host" });
		expect((await publish(attic, "attic.cam")).deviceId).toBe("cam");
	});

	it("is one of 256", async () => {
		const host = await ownHost();
		for (let i = 0; i < 256; i++) await publish(host, `cam-${i}`);
		await expect(harness.server.publish("one-more", "v=0")).rejects.toMatchObject({
			code: "too-many-publishers",
		});
	});
});
