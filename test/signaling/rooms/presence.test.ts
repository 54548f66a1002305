import { beforeEach, describe, expect, it } from "vitest";
import { type Guest, Party } from "../../support/party.ts";
import { viewerHello } from "../../support/signaling-harness.ts";

let party: Party;
let owner: Guest;
let ana: Guest;

beforeEach(async () => {
	party = new Party();
	await party.begin();
	owner = await party.join("own");
	ana = await party.join("control", { name: "Ana" });
});

const told = (guest: Guest) => guest.peer.heard.filter(({ type }) => type === "participants").length;

describe("the people on a device", () => {
	it("are told to everybody, in the order in which they came, each with a number of its own", async () => {
		const watcher = await party.join("view");
		const here = { since: party.harness.clock.now(), quality: "unknown", waiting: false };
		expect(owner.participants).toEqual([
			{ viewerId: owner.id, number: 1, person: 0, name: "Owner", role: "own", ...here },
			{ viewerId: ana.id, number: 2, person: 1, name: "Ana", role: "control", ...here },
			{ viewerId: watcher.id, number: 3, person: 2, name: "Guest 2", role: "view", ...here },
		]);
		expect([ana.participants, watcher.participants]).toEqual([owner.participants, owner.participants]);
	});

	it("are told once for changes that come together", async () => {
		const before = told(owner);
		const peers = [1, 2, 3].map(() => party.harness.connect());
		await Promise.all(peers.map((peer) => peer.say(viewerHello("phone"))));
		expect(told(owner)).toBe(before + 1);
		expect(owner.participants).toHaveLength(5);
	});

	it("are nobody's business on another device", async () => {
		const elsewhere = await party.join("own", { device: "tablet" });
		expect(elsewhere.participants.map(({ viewerId }) => viewerId)).toEqual([elsewhere.id]);
	});

	it("are gone at once when they leave, and leave their number to the next", async () => {
		await ana.peer.say({ type: "leave" });
		expect(owner.participants).toHaveLength(1);
		const next = await party.join("view");
		expect(owner.participants).toMatchObject([
			{ number: 1 },
			{ viewerId: next.id, number: 2, name: "Guest 1" },
		]);
	});

	it("are announced to the host with their numbers", () => {
		expect(party.host.the("viewer-joined")).toMatchObject({ viewerId: ana.id, number: 2, role: "control" });
	});
});

describe("a name", () => {
	const nameOfAna = () => owner.participants.find(({ viewerId }) => viewerId === ana.id)?.name;

	it("can be changed", async () => {
		await ana.ask({ type: "name", name: "  Ana Maria " });
		expect(nameOfAna()).toBe("Ana Maria");
	});

	it("is one line without anything invisible; markup is text like any other", async () => {
		await ana.ask({ type: "name", name: "\u0000<b>A\nn\u2028a</b>\u202e\u200b\u001b[31m" });
		expect(nameOfAna()).toBe("<b>Ana</b>[31m");
	});

	it.each([
		["empty", ""],
		["of blanks and invisible characters alone", " \u200b\u0007 "],
		["of 41 characters", "x".repeat(41)],
		["of a megabyte", "x".repeat(1 << 20)],
		["no text", 7],
	])("that is %s is refused, and the old one stays", async (_, name) => {
		const code = await ana.ask({ type: "name", name });
		expect(code).toMatch(/^(bad-message|message-too-long)$/);
		expect(nameOfAna()).toBe("Ana");
		expect(ana.peer.ended).toBeUndefined();
	});

	it("of a newcomer that cannot be used turns it away, and disturbs nobody", async () => {
		const before = owner.participants;
		const bad = await party.join("control", { name: "x".repeat(300) });
		expect(bad.peer.heard).toMatchObject([{ type: "error", reason: { code: "bad-message" }, final: true }]);
		expect(owner.participants).toEqual(before);
	});
});

describe("the quality of a connection", () => {
	const tell = (viewerId: string, quality: string) => party.host.say({ type: "quality", viewerId, quality });

	it("is told by the host, and reaches everybody within a second", async () => {
		const before = told(owner);
		await tell(ana.id, "poor");
		await tell(owner.id, "good");
		await party.pass(1000);
		expect(owner.participants).toMatchObject([{ quality: "good" }, { quality: "poor" }]);
		expect(told(owner)).toBe(before + 1);
	});

	it("is told once, however often the host says the same", async () => {
		await tell(ana.id, "fair");
		await party.pass(1000);
		const before = told(owner);
		for (let count = 0; count < 5; count++) await tell(ana.id, "fair");
		await party.pass(5000);
		expect(told(owner)).toBe(before);
	});

	it("of a ghost, or that only signaling can know, is dropped", async () => {
		const before = owner.participants;
		await tell("ghost", "poor");
		await tell(ana.id, "away");
		expect(await party.host.say({ type: "quality", viewerId: ana.id, quality: "splendid" })).toBeUndefined();
		await party.pass(2000);
		expect(owner.participants).toEqual(before);
	});
});
