import { beforeEach, describe, expect, it } from "vitest";
import { PROTOCOL_VERSION } from "../../../signaling/protocol/messages.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import {
	cookiesOf,
	describeDevice,
	type GrantedCookie,
	plainScope,
	SignalingHarness,
	type SignalingPeer,
	viewerHello,
} from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let host: SignalingPeer;
beforeEach(async () => {
	harness = new SignalingHarness(new FakeClock(Date.UTC(2026, 10, 20, 14)));
	host = await harness.host("h1", [describeDevice("phone"), describeDevice("tablet")]);
});

async function viewer(cookie: string, more: object = {}, deviceId = "phone"): Promise<SignalingPeer> {
	const peer = harness.connect(cookie);
	await peer.say(viewerHello(deviceId, { token: undefined, ...more }));
	return peer;
}
async function directory(cookie: string): Promise<SignalingPeer> {
	const peer = harness.connect(cookie);
	await peer.say({ type: "hello", version: PROTOCOL_VERSION, as: "directory" });
	return peer;
}
async function revoke({ id }: GrantedCookie): Promise<void> {
	await harness.grants.revoke(id);
	await settled();
}
const viewerIdOf = (peer: SignalingPeer) => peer.the("welcome").viewerId;
const leftAtHost = () =>
	host.heard.filter(({ type }) => type === "viewer-left").map(({ viewerId }) => viewerId);
const listIn = (peer: SignalingPeer) => (peer.the("devices").devices as { id: string }[]).map(({ id }) => id);

describe("a viewer with a grant", () => {
	it("has the grant's role, on its device only", async () => {
		const { cookie } = await harness.grant("phone", "control");
		expect((await viewer(cookie)).the("welcome").role).toBe("control");
		expect(host.the("viewer-joined").role).toBe("control");
		const elsewhere = await viewer(cookie, {}, "tablet");
		expect(elsewhere.heard).toMatchObject([{ type: "error", reason: { code: "wrong-device" }, final: true }]);
		const nowhere = await viewer(cookie, {}, "nowhere");
		expect(nowhere.the("error")).toMatchObject({ reason: { code: "wrong-device" } });
	});

	it("cannot raise its role in the hello", async () => {
		const { cookie } = await harness.grant("phone", "view");
		const peer = await viewer(cookie, { role: "own", rights: { role: "own" } });
		expect(peer.the("welcome").role).toBe("view");
		expect(host.the("viewer-joined").role).toBe("view");
	});

	it("has the best of its grants, and the owner's right above all", async () => {
		const [view, control] = [await harness.grant("phone", "view"), await harness.grant("phone", "control")];
		const both = await viewer(`${view.cookie}; ${control.cookie}`);
		expect(both.the("welcome").role).toBe("control");
		const owner = await viewer(`${view.cookie}; ${cookiesOf(harness.access.ownerCookie(plainScope))}`);
		expect(owner.the("welcome").role).toBe("own");
	});

	it("is remembered with its grant, by name as soon as it has one", async () => {
		const { id, cookie } = await harness.grant("phone", "view");
		const peer = await viewer(cookie);
		expect(harness.grants.get(id)?.visits).toMatchObject([{ address: "192.0.2.1" }]);
		await peer.say({ type: "name", name: " A\u0007na\u202e " });
		expect(harness.grants.get(id)?.visits).toMatchObject([{ name: "Ana", address: "192.0.2.1" }]);
		await peer.say({ type: "name", name: "x".repeat(1 << 17) });
		expect(peer.the("error")).toMatchObject({ reason: { code: "bad-message" } });
		expect(harness.grants.get(id)?.visits).toHaveLength(1);
	});
});

describe("a grant that is revoked", () => {
	it("ends its viewers at once and for good, at the host, too, and nobody else", async () => {
		const [gone, stays] = [await harness.grant("phone", "control"), await harness.grant("phone", "control")];
		const peers = [await viewer(gone.cookie), await viewer(gone.cookie)];
		const others = [await viewer(stays.cookie), await harness.viewer("phone")];
		await revoke(gone);
		for (const peer of peers) {
			expect(peer.the("ended")).toMatchObject({ reason: { code: "revoked" }, final: true });
			expect(peer.ended).toBeDefined();
		}
		expect(leftAtHost()).toEqual(peers.map(viewerIdOf));
		for (const peer of others) expect([peer.last("ended"), peer.ended]).toEqual([undefined, undefined]);
	});

	it("opens nothing any more, not even for a participant that is kept", async () => {
		const grant = await harness.grant("phone", "view");
		const peer = await viewer(grant.cookie);
		const { viewerId, participantKey: key } = peer.the("welcome");
		await peer.hangUp();
		await revoke(grant);
		expect(leftAtHost()).toEqual([viewerId]);
		const back = await viewer(grant.cookie, { participant: { viewerId, key }, media: true });
		expect(back.heard).toMatchObject([{ type: "error", reason: { code: "revoked" }, final: true }]);
	});

	it("ends those who came by links that its holder made", async () => {
		const grant = await harness.grant("phone", "own");
		const child = await harness.grant("phone", "view", { madeBy: grant.id });
		const peer = await viewer(child.cookie);
		await revoke(grant);
		expect(peer.the("ended")).toMatchObject({ reason: { code: "revoked" } });
	});

	it("leaves a browser what its other grants give", async () => {
		const [own, view] = [await harness.grant("phone", "own"), await harness.grant("phone", "view")];
		const cookie = `${own.cookie}; ${view.cookie}`;
		const peer = await viewer(cookie);
		await revoke(own);
		expect(peer.the("ended")).toMatchObject({ reason: { code: "revoked" } });
		expect((await viewer(cookie)).the("welcome").role).toBe("view");
	});
});

describe("a grant that expires", () => {
	it("ends its viewers in that moment, and says when it was", async () => {
		const expires = Date.UTC(2026, 10, 20, 15);
		const { id, cookie } = await harness.grant("phone", "view", { expires });
		const peer = await viewer(cookie);
		await harness.clock.pass(expires - harness.clock.now() - 1);
		expect(peer.last("ended")).toBeUndefined();
		await harness.clock.pass(1);
		expect(peer.the("ended")).toMatchObject({
			reason: { code: "expired", message: expect.stringContaining("2026-11-20 15:00 UTC") },
			final: true,
		});
		expect(leftAtHost()).toEqual([viewerIdOf(peer)]);
		expect(harness.audited).toContainEqual({ event: "expired", device: "phone", grantId: id });
		expect((await viewer(cookie)).the("error")).toMatchObject({ reason: { code: "expired" }, final: true });
	});

	it("ends nobody after the server has closed", async () => {
		const { cookie } = await harness.grant("phone", "view");
		const peer = await viewer(cookie);
		harness.server.close();
		await settled();
		await harness.clock.pass(2 * 3_600_000);
		expect(peer.last("ended")).toBeUndefined();
	});
});

describe("the list of devices", () => {
	it("shows a guest the devices of its grants", async () => {
		const { cookie } = await harness.grant("tablet", "view");
		const page = await directory(cookie);
		expect(listIn(page)).toEqual(["tablet"]);
		await host.say({
			type: "devices",
			devices: [describeDevice("phone"), describeDevice("tablet", { note: "x" })],
		});
		expect(listIn(page)).toEqual(["tablet"]);
	});

	it("loses a device with its grant, and ends with the last", async () => {
		const [phone, tablet] = [await harness.grant("phone", "view"), await harness.grant("tablet", "view")];
		const page = await directory(`${phone.cookie}; ${tablet.cookie}`);
		expect(listIn(page)).toEqual(["phone", "tablet"]);
		await revoke(phone);
		expect(listIn(page)).toEqual(["tablet"]);
		expect(page.ended).toBeUndefined();
		await revoke(tablet);
		expect(page.the("error")).toMatchObject({ reason: { code: "revoked" }, final: true });
		expect(page.ended).toBeDefined();
	});

	it("is refused to a grant that has ended, with the reason", async () => {
		const grant = await harness.grant("phone", "own");
		await revoke(grant);
		expect((await directory(grant.cookie)).heard).toMatchObject([
			{ type: "error", reason: { code: "revoked" }, final: true },
		]);
	});
});

it("notes who was refused and why", async () => {
	const grant = await harness.grant("phone", "view");
	await viewer(grant.cookie, {}, "tablet");
	await viewer("");
	expect(harness.audited.filter(({ event }) => event === "refused")).toEqual([
		{ event: "refused", device: "tablet", address: "192.0.2.1", detail: "wrong-device" },
		{ event: "refused", device: "phone", address: "192.0.2.1", detail: "no-token" },
	]);
});
