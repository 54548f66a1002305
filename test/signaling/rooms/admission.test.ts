import { beforeEach, describe, expect, it } from "vitest";
import { fromViewerSchema } from "../../../signaling/protocol/messages.ts";
import { MAX_ASKING_ADMISSION } from "../../../signaling/rooms/admission.ts";
import { settled } from "../../fakes/fake-clock.ts";
import { type Guest, Party } from "../../support/party.ts";
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
	it("hears why it waits, and comes in with the host on the same connection", async () => {
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
		const participants = viewers.map((viewer) => viewer.the("welcome"));
		await first.hangUp();
		const again = new SignalingHarness();
		again.hostKeys.admit = () => ({ id, prefix: "studio." });
		again.hostKeys.hostOf = () => "Studio";
		const waiting: SignalingPeer[] = [];
		for (const { viewerId, participantKey } of participants) {
			waiting.push(
				await again.viewer("studio.demo", { media: true, participant: { viewerId, key: participantKey } }),
			);
		}
		await waiting[1]?.say({ type: "restart" });
		const host = again.connect();
		await host.say(hostHello("h1"));
		await host.say({ type: "devices", devices: [describeDevice("demo")] });
		const joined = host.heard.filter(({ type }) => type === "viewer-joined");
		expect(joined.map(({ viewerId, media }) => [viewerId, media])).toEqual([
			[participants[0]?.viewerId, true],
			[participants[1]?.viewerId, false],
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

let party: Party;
let owner: Guest;

beforeEach(async () => {
	party = new Party({ askFirst: "always" });
	await party.begin();
	owner = await party.join("own");
});

const announced = () =>
	party.host.heard.filter(({ type }) => type === "viewer-joined").map(({ viewerId }) => viewerId);
const admit = (viewerId: string, admit: boolean, by = owner) => by.ask({ type: "admit", viewerId, admit });

describe("a newcomer that has to be let in", () => {
	it("is welcomed, sees itself, and is told that it waits; its host hears nothing of it", async () => {
		const ana = await party.join("control", { name: "Ana" });
		expect(ana.peer.heard.map(({ type }) => type)).toEqual(["welcome", "participants", "waiting"]);
		expect(ana.participants).toMatchObject([{ viewerId: ana.id, name: "Ana", waiting: true }]);
		expect(owner.participants).toMatchObject([{ waiting: false }, { viewerId: ana.id, waiting: true }]);
		expect(announced()).toEqual([owner.id]);
		expect(party.harness.server.device("phone")?.viewers).toBe(1);
	});

	it("hears of no other person and no control, however much happens", async () => {
		const ana = await party.join("control");
		ana.peer.drain();
		const bo = await party.join("view", { name: "Bo" });
		await owner.act("request");
		await admit(bo.id, true);
		await party.host.say({ type: "quality", viewerId: owner.id, quality: "poor" });
		await party.pass(1000);
		await ana.ask({ type: "name", name: "Ana" });
		expect(new Set(ana.peer.heard.map(({ type }) => type))).toEqual(new Set(["device", "participants"]));
		expect(ana.participants).toMatchObject([{ name: "Ana" }]);
		const said = JSON.stringify(ana.peer.heard);
		for (const secret of ["Bo", owner.id, bo.id]) expect(said).not.toContain(secret);
	});

	it("is begun with the host when an owner lets it in", async () => {
		const ana = await party.join("control");
		expect(await admit(ana.id, true)).toBeUndefined();
		expect(announced()).toEqual([owner.id, ana.id]);
		expect(party.host.the("viewer-joined")).toMatchObject({ role: "control", number: 2, media: false });
		expect(ana.control.state).toBe("free");
		expect(ana.participants).toMatchObject([{ role: "own" }, { waiting: false }]);
		expect(party.harness.server.device("phone")?.viewers).toBe(2);
	});

	it("is ended for good when an owner does not, and may not come back to its participant", async () => {
		const ana = await party.join("control");
		expect(await admit(ana.id, false)).toBeUndefined();
		expect(ana.ended).toMatchObject({ code: "not-let-in" });
		expect(owner.participants).toHaveLength(1);
		const again = await party.back(ana);
		expect(again.peer.heard).toMatchObject([{ type: "error", reason: { code: "not-let-in" }, final: true }]);
		expect(announced()).toEqual([owner.id]);
	});

	it("may do nothing but wait, be named and leave", async () => {
		const ana = await party.join("own", { grant: false }).then(() => party.join("control"));
		const messages = [
			{ type: "answer", peerId: "p1", sdp: "v=0" },
			{ type: "restart" },
			{ type: "control", action: "request" },
			{ type: "kick", viewerId: owner.id, and: "ten-minutes" },
			{ type: "admit", viewerId: ana.id, admit: true },
		];
		for (const message of messages) expect(await ana.ask(message)).toBe("waiting");
		const tried = new Set([...messages.map(({ type }) => type), "name", "leave", "ping"]);
		expect(tried).toEqual(new Set(fromViewerSchema.options.map(({ entries }) => entries.type.literal)));
		expect(owner.control.state).toBe("free");
		expect(announced()).not.toContain(ana.id);
	});

	it("is not served by a host that offers it media of its own accord", async () => {
		const ana = await party.join("control");
		await party.host.say({ type: "offer", viewerId: ana.id, peerId: "p1", sdp: "v=0" });
		await party.host.say({ type: "touched", viewerId: ana.id });
		expect(ana.peer.last("offer")).toBeUndefined();
		expect(owner.control.state).toBe("free");
	});

	it("gives up its place by leaving or by losing its connection", async () => {
		const [ana, bo] = [await party.join("control"), await party.join("control")];
		await ana.peer.say({ type: "leave" });
		await bo.peer.hangUp();
		expect(owner.participants).toHaveLength(1);
		expect(party.host.last("viewer-left")).toBeUndefined();
		expect(await admit(bo.id, true)).toBe("no-such-viewer");
	});

	it("finds room for 32 of its kind, beyond which it is turned away", async () => {
		for (let count = 0; count < MAX_ASKING_ADMISSION; count++) await party.join("view");
		const late = await party.join("view");
		expect(late.peer.heard).toMatchObject([{ reason: { code: "admission-full" }, final: true }]);
		expect(owner.participants).toHaveLength(1 + MAX_ASKING_ADMISSION);
	});
});

describe("letting in", () => {
	it("is an owner's right alone", async () => {
		const ana = await party.join("control");
		await admit(ana.id, true);
		const bo = await party.join("control");
		expect(await admit(bo.id, true, ana)).toBe("not-allowed");
		expect(announced()).not.toContain(bo.id);
	});

	it("names nobody who is not here, and nobody who is in already", async () => {
		expect(await admit("ghost", true)).toBe("no-such-viewer");
		expect(await admit(owner.id, false)).toBe("not-waiting");
		expect(owner.peer.ended).toBeUndefined();
	});

	it("holds for a participant that drops and comes back in time", async () => {
		const ana = await party.join("control");
		await admit(ana.id, true);
		await ana.peer.hangUp();
		const back = await party.back(ana);
		expect(back.peer.last("waiting")).toBeUndefined();
		await back.peer.hangUp();
		await party.pass(30_000);
		expect((await party.back(ana)).peer.last("waiting")).toBeDefined();
	});
});

describe("who has to be let in", () => {
	it("is nobody who owns the device, whether by its token or by a grant", async () => {
		const second = await party.join("own", { grant: true });
		expect(second.peer.last("waiting")).toBeUndefined();
	});

	it("is everybody but the first, under the policy later", async () => {
		const later = new Party({ askFirst: "later" });
		await later.begin();
		const first = await later.join("control");
		const second = await later.join("control");
		expect([first.peer.last("waiting"), second.peer.last("waiting")]).toEqual([
			undefined,
			{ type: "waiting" },
		]);
	});

	it("is nobody, by default", async () => {
		const open = new Party();
		await open.begin();
		await open.join("control");
		expect((await open.join("view")).peer.last("waiting")).toBeUndefined();
	});
});
