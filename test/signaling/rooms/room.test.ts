import { beforeEach, describe, expect, it } from "vitest";
import { KICKED_FOR } from "../../../signaling/rooms/room.ts";
import { settled } from "../../fakes/fake-clock.ts";
import { type Guest, Party } from "../../support/party.ts";
import { describeDevice, keys } from "../../support/signaling-harness.ts";

let party: Party;
let owner: Guest;
let ana: Guest;
let bo: Guest;

beforeEach(async () => {
	party = new Party();
	await party.begin();
	owner = await party.join("own", { name: "Olga" });
	ana = await party.join("control", { name: "Ana" });
	bo = await party.join("control", { name: "Bo" });
});

const kick = (viewerId: string, by = owner) => by.ask({ type: "kick", viewerId, and: "ten-minutes" });

describe("sending somebody away", () => {
	it("ends its page with the name of who did it, its media, and its control", async () => {
		await ana.act("request");
		expect(await kick(ana.id)).toBeUndefined();
		expect(ana.ended).toEqual({ code: "removed", message: "You were removed by Olga for ten minutes." });
		expect(ana.peer.ended).toBeDefined();
		expect(party.host.the("viewer-left")).toMatchObject({ viewerId: ana.id });
		expect(bo.control.state).toBe("free");
		expect(bo.participants).toHaveLength(2);
	});

	it("keeps its browser out for ten minutes, in every tab, and nobody else who came by the link", async () => {
		const tab = await party.tab(ana);
		const friend = await party.byTheSameLink(ana);
		await kick(ana.id);
		expect([ana.ended, tab.ended]).toEqual(
			Array(2).fill({ code: "removed", message: "You were removed by Olga for ten minutes." }),
		);
		expect(friend.peer.ended).toBeUndefined();
		const refused = [{ type: "error", reason: { code: "removed" }, final: true }];
		for (const again of [await party.back(ana), await party.tab(ana)]) {
			expect(again.peer.heard).toMatchObject(refused);
		}
		await party.pass(KICKED_FOR - 1);
		expect((await party.tab(ana)).peer.heard).toMatchObject(refused);
		await party.pass(1);
		expect((await party.tab(ana)).peer.last("welcome")).toBeDefined();
	});

	it("and ending the link lets nobody in by it any more, and ends the others who came by it", async () => {
		const friend = await party.byTheSameLink(ana);
		await owner.ask({ type: "kick", viewerId: ana.id, and: "end-link" });
		await settled();
		expect(ana.ended).toEqual({
			code: "removed",
			message: "You were removed by Olga, and the link has ended.",
		});
		expect(friend.ended).toMatchObject({ code: "revoked" });
		expect((await party.byTheSameLink(ana)).peer.heard).toMatchObject([
			{ type: "error", reason: { code: "revoked" }, final: true },
		]);
		expect(bo.peer.ended).toBeUndefined();
		const kicked = party.harness.audited.find(({ event }) => event === "kicked");
		expect(kicked?.detail).toBe(`by ${owner.id}, link ended`);
	});

	it("is remembered over a restart", async () => {
		await kick(ana.id);
		await settled();
		await party.harness.restart();
		await party.begin();
		for (const again of [await party.back(ana), await party.tab(ana)]) {
			expect(again.peer.heard).toMatchObject([{ type: "error", reason: { code: "removed" }, final: true }]);
		}
	});

	it("reaches somebody who is away, whose media may still flow", async () => {
		await ana.peer.hangUp();
		expect(await kick(ana.id)).toBeUndefined();
		expect(party.host.the("viewer-left")).toMatchObject({ viewerId: ana.id });
		expect((await party.back(ana)).peer.last("welcome")).toBeUndefined();
	});

	it("is an owner's right alone, and touches neither the owner nor oneself", async () => {
		const second = await party.join("own", { grant: true });
		expect(await kick(bo.id, ana)).toBe("not-allowed");
		expect(await kick(owner.id, second)).toBe("not-allowed");
		expect(await kick(owner.id)).toBe("not-allowed");
		expect(await kick((await party.tab(owner)).id)).toBe("not-allowed");
		expect(await kick(second.id)).toBeUndefined();
		expect([owner, ana, bo].map(({ peer }) => peer.ended)).toEqual(Array(3).fill(undefined));
	});

	it("of a ghost or of somebody on another device is refused", async () => {
		const elsewhere = await party.join("control", { device: "tablet" });
		expect([await kick("ghost"), await kick(elsewhere.id)]).toEqual(["no-such-viewer", "no-such-viewer"]);
		expect(elsewhere.peer.ended).toBeUndefined();
	});
});

describe("the end of a grant", () => {
	it("ends everybody who came by it, and nobody else", async () => {
		await ana.act("request");
		await party.harness.grants.revoke(String(ana.grant?.id));
		await party.pass(0);
		expect(ana.ended).toMatchObject({ code: "revoked" });
		expect(ana.peer.ended).toBeDefined();
		expect(party.host.the("viewer-left")).toMatchObject({ viewerId: ana.id });
		expect([bo.ended, bo.control.state]).toEqual([undefined, "free"]);
	});

	it("comes with its time, while people watch", async () => {
		await party.pass(3_600_000);
		expect([ana.ended, bo.ended]).toMatchObject([{ code: "expired" }, { code: "expired" }]);
		expect(owner.ended).toBeUndefined();
	});
});

describe("a device", () => {
	it("that is taken away ends everybody on it for good, and what was locked is forgotten", async () => {
		await owner.act("lock");
		await party.host.say({ type: "devices", devices: [] });
		expect([owner, ana, bo].map(({ ended }) => ended)).toEqual(
			Array(3).fill({ code: "device-gone", message: "The device was taken away by its host." }),
		);
		await party.host.say({ type: "devices", devices: [describeDevice("phone")] });
		expect((await party.join("control")).control.state).toBe("free");
	});

	it("that stays locked when the last has left is locked for the next", async () => {
		await owner.act("lock");
		for (const { peer } of [owner, ana, bo]) await peer.say({ type: "leave" });
		expect((await party.join("control")).control.state).toBe("locked");
	});

	it("whose policy changes tells it to everybody and to its host", async () => {
		const policy = { askFirst: "never", touchTakes: false } as const;
		await party.host.say({ type: "devices", devices: [describeDevice("phone", { policy })] });
		expect(ana.control.touchTakes).toBe(false);
		expect(party.toldHost).toEqual({ tabs: [], touchTakes: false });
	});

	const refusals = async () => {
		const { values } = await party.harness.metrics.refusedRequests.get();
		return values.map(({ labels, value }) => [labels.reason, value]);
	};
	const come = (cookie: string | undefined) => {
		const peer = party.harness.connect(cookie);
		const hello = { type: "hello", version: 1, as: "viewer", deviceId: "phone", media: false };
		peer.socket.send(JSON.stringify(cookie === undefined ? { ...hello, token: keys.ownerToken } : hello));
		return peer;
	};

	it("has 950 guests, of whom 256 people are told; there is room for owners still", async () => {
		// Ana and Bo are here.
		for (let count = 2; count < 951; ) {
			const { cookie } = await party.harness.grant("phone", "view");
			for (let here = 0; here < 64 && count < 951; here++, count++) come(cookie);
		}
		await settled();
		await party.pass(4_000);
		expect(owner.participants).toHaveLength(256);
		expect(await refusals()).toEqual([["device-full", 1]]);
		const late = come(undefined);
		await settled();
		await party.pass(4_000);
		const told = late.the("participants").participants as { viewerId: string }[];
		expect(told).toHaveLength(256);
		expect(told.at(-1)?.viewerId).toBe(late.the("welcome").viewerId);
		expect(told.slice(0, -1)).toEqual(owner.participants.slice(1));
	}, 60_000);

	it("takes 64 people by one link, who may come back, and others by another", async () => {
		const { cookie } = await party.harness.grant("phone", "view");
		for (let count = 0; count < 64; count++) come(cookie);
		await settled();
		await party.pass(20_000);
		const late = come(cookie);
		await settled();
		expect(late.the("error")).toMatchObject({ reason: { code: "link-full" }, final: true });
		const other = await party.harness.grant("phone", "view");
		expect(come(other.cookie).heard).toBeDefined();
		await settled();
		expect(await refusals()).toEqual([["link-full", 1]]);
	});

	it("asks those to wait who come by one link faster than the host makes offers, and no owner", async () => {
		const { cookie } = await party.harness.grant("phone", "view");
		for (let count = 0; count < 64; count++) await come(cookie).say({ type: "leave" });
		const soon = come(cookie);
		await settled();
		expect(soon.the("error")).toMatchObject({ reason: { code: "too-fast" }, final: false });
		for (let count = 0; count < 100; count++) await come(undefined).say({ type: "leave" });
		await party.pass(1_000);
		const later = come(cookie);
		await settled();
		expect(later.the("welcome").role).toBe("view");
	});
});

it("is kept in the audit log: who came, held control, was let go, and never a secret", async () => {
	await ana.act("request");
	await kick(ana.id);
	await bo.peer.say({ type: "leave" });
	const lines = party.harness.audited.filter(({ device }) => device === "phone");
	expect(lines.map(({ event, name, detail }) => [event, name, detail])).toEqual([
		["joined", "Olga", "own"],
		["joined", "Ana", "control"],
		["joined", "Bo", "control"],
		["control", "Ana", "held"],
		["kicked", "Ana", `by ${owner.id}, for ten minutes`],
		["control", undefined, "free"],
		["left", "Ana", "removed"],
		["left", "Bo", undefined],
	]);
	expect(JSON.stringify(lines)).not.toMatch(/token|key|cookie/i);
});
