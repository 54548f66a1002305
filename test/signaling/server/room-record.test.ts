import { beforeEach, describe, expect, it } from "vitest";
import { HOLDER_AWAITED } from "../../../signaling/server/control-keeper.ts";
import { SEAT_KEPT } from "../../../signaling/server/seats.ts";
import { type Guest, Party } from "../../support/party.ts";
import { SignalingPeer } from "../../support/signaling-harness.ts";

let party: Party;
let owner: Guest;
let ana: Guest;
let bo: Guest;

async function begin(policy: ConstructorParameters<typeof Party>[0] = {}): Promise<void> {
	party = new Party(policy);
	await party.begin();
	owner = await party.join("own");
}
async function beginWithThree(): Promise<void> {
	await begin();
	ana = await party.join("control", { name: "Ana" });
	bo = await party.join("control");
}
/** Signaling is killed, or ended, and started again; the host is back first. */
async function restart(): Promise<void> {
	await party.harness.restart();
	await party.begin();
}
const joined = () => party.host.heard.filter(({ type }) => type === "viewer-joined");
/** What the host was last told of who may touch the phone. */
const told = () => {
	const controls = party.host.heard.filter(
		({ type, deviceId }) => type === "control" && deviceId === "phone",
	);
	const last = controls.at(-1);
	return { holder: last?.holder, touchTakes: last?.touchTakes };
};
const left = () => party.host.heard.filter(({ type }) => type === "viewer-left");

describe("after a restart of signaling", () => {
	beforeEach(beginWithThree);

	it("the holder holds still, from the first moment, and everybody who is back sees it", async () => {
		await ana.act("request");
		await bo.act("request");
		await restart();
		expect(told()).toEqual({ holder: ana.id, touchTakes: false });
		const [bosPage, anasPage] = [await party.back(bo), await party.back(ana)];
		for (const page of [bosPage, anasPage])
			expect(page.control).toMatchObject({
				state: "requested",
				holder: ana.id,
				requests: [{ viewerId: bo.id }],
			});
		expect(bosPage.people).toMatchObject([
			{ viewerId: owner.id, number: 1, quality: "away" },
			{ viewerId: ana.id, number: 2, name: "Ana", quality: "unknown" },
			{ viewerId: bo.id, number: 3, quality: "unknown" },
		]);
		expect(joined()).toMatchObject([
			{ viewerId: bo.id, number: 3, media: true },
			{ viewerId: ana.id, number: 2, media: true },
		]);
	});

	it("nobody's touch takes control of a holder who may be back", async () => {
		await ana.act("request");
		await restart();
		const page = await party.back(bo);
		await party.host.say({ type: "touched", viewerId: bo.id });
		expect(page.control.holder).toBe(ana.id);
		await party.pass(HOLDER_AWAITED);
		expect(page.control.state).toBe("free");
		const again = await party.back(ana);
		expect(again.control.holder).toBe(ana.id);
		await party.pass(HOLDER_AWAITED);
		expect(again.control.holder).toBe(ana.id);
	});

	it("a lock stays, although nobody is there", async () => {
		await owner.act("lock");
		await owner.peer.say({ type: "leave" });
		await ana.peer.say({ type: "leave" });
		await bo.peer.say({ type: "leave" });
		await restart();
		expect(await (await party.join("control")).act("request")).toBe("control-locked");
	});

	it("who does not come back in time loses the seat, and the host hears of it", async () => {
		await restart();
		await party.back(ana);
		await party.pass(SEAT_KEPT);
		expect(left().map(({ viewerId }) => viewerId)).toEqual([owner.id, bo.id]);
	});

	it("whose link ended meanwhile is sent away at once", async () => {
		await ana.act("request");
		party.harness.server.close();
		await party.harness.grants.revoke(ana.grant?.id ?? "");
		await restart();
		expect(left()).toMatchObject([{ viewerId: ana.id }]);
		expect(told()).toEqual({ holder: undefined, touchTakes: true });
		expect((await party.back(bo)).people.map(({ viewerId }) => viewerId)).toEqual([owner.id, bo.id]);
	});

	it("who was sent away stays out", async () => {
		await owner.ask({ type: "kick", viewerId: bo.id });
		await restart();
		const back = await party.back(bo);
		expect(back.peer.the("error")).toMatchObject({ reason: { code: "removed" }, final: true });
	});

	it("nothing is remembered of a device that is gone, nor of one that everybody left", async () => {
		await ana.act("request");
		await party.host.say({ type: "devices", devices: [] });
		await restart();
		expect([...party.harness.rooms.all().keys()]).toEqual([]);
		const late = await party.join("control");
		expect(party.harness.rooms.get("phone")?.seats).toHaveLength(1);
		await late.peer.say({ type: "leave" });
		expect([...party.harness.rooms.all().keys()]).toEqual([]);
	});
});

it("who was let in need not be let in again", async () => {
	await begin({ askFirst: "always" });
	ana = await party.join("control");
	bo = await party.join("control");
	await owner.ask({ type: "admit", viewerId: ana.id, admit: true });
	await restart();
	const [inside, outside] = [await party.back(ana), await party.back(bo)];
	expect(inside.peer.last("waiting")).toBeUndefined();
	expect(inside.peer.last("control")).toBeDefined();
	expect(outside.peer.last("waiting")).toBeDefined();
});

it("more than can be away at a time come back all the same", async () => {
	await begin();
	const grant = await party.harness.grant("phone", "view");
	const guests: SignalingPeer[] = [];
	for (let at = 0; at < 100; at++) {
		const peer = party.harness.connect(grant.cookie);
		await peer.say({ type: "hello", version: 1, as: "viewer", deviceId: "phone", media: false });
		guests.push(peer);
	}
	await restart();
	expect(left()).toEqual([]);
	expect(party.harness.rooms.get("phone")?.seats).toHaveLength(101);
	expect(guests.every((peer) => peer instanceof SignalingPeer)).toBe(true);
});

it("a room that somebody else goes on with says nothing more, however long it is over", async () => {
	await beginWithThree();
	await ana.act("request");
	const { server, rooms } = party.harness;
	const before = structuredClone(rooms.get("phone"));
	server.close();
	party.host.drain();
	await party.pass(2 * SEAT_KEPT);
	expect(party.host.heard).toEqual([]);
	expect(rooms.get("phone")).toEqual(before);
});
