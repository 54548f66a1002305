import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOLDER_AWAITED } from "../../../signaling/rooms/control-keeper.ts";
import { PARTICIPANT_KEPT } from "../../../signaling/rooms/participants.ts";
import { openRoomsFile, RoomMemory, type RoomRecord } from "../../../signaling/rooms/room-record.ts";
import { MemoryTable } from "../../../signaling/table.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import { type Guest, Party } from "../../support/party.ts";
import { newStateFolder } from "../../support/product.ts";
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
		expect(bosPage.participants).toMatchObject([
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

	it("who does not come back in time loses the participant, and the host hears of it", async () => {
		await restart();
		await party.back(ana);
		await party.pass(PARTICIPANT_KEPT);
		expect(left().map(({ viewerId }) => viewerId)).toEqual([owner.id, bo.id]);
	});

	it("whose link ended meanwhile is sent away at once", async () => {
		await ana.act("request");
		party.harness.server.close();
		await party.harness.grants.revoke(ana.grant?.id ?? "");
		await restart();
		expect(left()).toMatchObject([{ viewerId: ana.id }]);
		expect(told()).toEqual({ holder: undefined, touchTakes: true });
		expect((await party.back(bo)).participants.map(({ viewerId }) => viewerId)).toEqual([owner.id, bo.id]);
	});

	it("who was sent away stays out", async () => {
		await owner.ask({ type: "kick", viewerId: bo.id, and: "ten-minutes" });
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
		expect(party.harness.rooms.get("phone")?.participants).toHaveLength(1);
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
	const guests: SignalingPeer[] = [];
	let grant = await party.harness.grant("phone", "view");
	for (let at = 0; at < 100; at++) {
		if (at === 50) grant = await party.harness.grant("phone", "view");
		const peer = party.harness.connect(grant.cookie);
		await peer.say({ type: "hello", version: 1, as: "viewer", deviceId: "phone", media: false });
		guests.push(peer);
	}
	await restart();
	expect(left()).toEqual([]);
	expect(party.harness.rooms.get("phone")?.participants).toHaveLength(101);
	expect(guests.every((peer) => peer instanceof SignalingPeer)).toBe(true);
});

it("a room that somebody else goes on with says nothing more, however long it is over", async () => {
	await beginWithThree();
	await ana.act("request");
	const { server, rooms } = party.harness;
	const before = structuredClone(rooms.get("phone"));
	server.close();
	party.host.drain();
	await party.pass(2 * PARTICIPANT_KEPT);
	expect(party.host.heard).toEqual([]);
	expect(rooms.get("phone")).toEqual(before);
});

const record: RoomRecord = {
	control: { locked: true, holder: "ana", untouchedFor: 5, requests: [{ viewerId: "bo", left: 9 }] },
	participants: [
		{
			viewerId: "ana",
			number: 1,
			person: 1,
			since: 1,
			name: "Ana",
			rights: { role: "control", devices: ["phone"], grantId: "g", label: "", expires: 99 },
		},
		{
			viewerId: "bo",
			number: 2,
			person: 0,
			since: 2,
			rights: { role: "own", devices: "all", grantId: "owner", label: "" },
		},
	],
	barred: [
		{
			viewerId: "eve",
			rights: { role: "control", devices: ["phone"], grantId: "g", label: "", visit: "0123456789abcdef" },
			reason: { code: "removed", message: "You were removed." },
			until: 99,
		},
	],
};

let folder: string;
beforeEach(async () => {
	folder = await newStateFolder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("keeps what is remembered over a restart, for the user alone", async () => {
	const table = await openRoomsFile(folder);
	expect(table.all().size).toBe(0);
	await table.change("phone", () => record);
	const again = await openRoomsFile(folder);
	expect(again.get("phone")).toEqual(record);
	expect((await stat(join(folder, "rooms.json"))).mode & 0o777).toBe(0o600);
	await again.change("phone", () => undefined);
	expect(JSON.parse(await readFile(join(folder, "rooms.json"), "utf8"))).toEqual({ version: 1, rooms: [] });
});

it.each(["{", "[]", '{"version":2,"rooms":[]}', '{"version":1,"rooms":[["phone",{}]]}'])(
	"begins anew when the file is %s",
	async (text) => {
		await writeFile(join(folder, "rooms.json"), text);
		expect((await openRoomsFile(folder)).all().size).toBe(0);
	},
);

const recordAt = (untouchedFor: number): RoomRecord => ({
	control: { locked: false, requests: [], untouchedFor },
	participants: [],
	barred: [],
});

/** A table whose writes wait until they are let go, as over a network. */
class SlowTable extends MemoryTable<RoomRecord> {
	readonly writes: unknown[] = [];
	fails = false;

	override async change(id: string, next: (current: RoomRecord | undefined) => RoomRecord | undefined) {
		if (this.fails) throw new Error("away");
		const row = await super.change(id, next);
		this.writes.push(row?.control.untouchedFor);
		await settled();
		return row;
	}
}

let table: SlowTable;
let clock: FakeClock;
let now: RoomRecord | undefined;
let memory: RoomMemory;

beforeEach(() => {
	table = new SlowTable();
	clock = new FakeClock();
	now = recordAt(1);
	memory = new RoomMemory({ deviceId: "phone", table, clock, record: () => now });
});

it("writes what changed in one turn once, and what changes during a write after it", async () => {
	memory.changed();
	memory.changed();
	expect(memory.busy).toBe(true);
	await Promise.resolve();
	for (const at of [2, 3]) {
		now = recordAt(at);
		memory.changed();
	}
	await settled();
	await settled();
	await settled();
	expect(table.writes).toEqual([1, 3]);
	expect(memory.busy).toBe(false);
});

it("tries again later what could not be written, with what is true then", async () => {
	table.fails = true;
	memory.changed();
	await settled();
	now = recordAt(2);
	memory.changed();
	await settled();
	table.fails = false;
	clock.advance(1_000);
	await settled();
	expect(table.writes).toEqual([2]);
	expect(table.get("phone")).toEqual(recordAt(2));
});

it("writes nothing once it is closed", async () => {
	memory.changed();
	memory.close();
	memory.changed();
	await settled();
	expect(table.writes).toEqual([]);
});

it("removes the record of a device that is gone, and writes none after", async () => {
	memory.changed();
	await settled();
	memory.forget();
	memory.changed();
	await settled();
	expect(table.get("phone")).toBeUndefined();
	expect(clock.pending).toBe(0);
});
