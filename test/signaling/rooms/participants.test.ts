import { beforeEach, describe, expect, it } from "vitest";
import { ownerRights } from "../../../signaling/auth/rights.ts";
import { PARTICIPANT_KEPT, type Participant, Participants } from "../../../signaling/rooms/participants.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import { type Guest, Party } from "../../support/party.ts";

describe("the participants of a device", () => {
	let clock: FakeClock;
	let lapsed: string[];
	let participants: Participants;
	const add = (viewerId: string): Participant =>
		participants.add({ viewerId, rights: ownerRights, waiting: false, name: undefined });

	beforeEach(() => {
		clock = new FakeClock();
		lapsed = [];
		participants = new Participants(clock, clock.wall, ({ viewerId }) => lapsed.push(viewerId));
	});

	it("have the smallest numbers that are free", () => {
		const [a, b] = [add("a"), add("b")];
		participants.remove(a);
		expect([add("c").number, b.number, add("d").number]).toEqual([1, 2, 3]);
	});

	it("are kept for thirty seconds, and then no more", () => {
		const [a, b] = [add("a"), add("b")];
		participants.away(a);
		clock.advance(PARTICIPANT_KEPT - 1);
		participants.away(b);
		clock.advance(1);
		expect([lapsed, participants.size]).toEqual([["a"], 1]);
	});

	it("are kept for as long as their viewers are there", () => {
		const a = add("a");
		participants.away(a);
		participants.back(a);
		clock.advance(PARTICIPANT_KEPT);
		expect([lapsed, clock.pending]).toEqual([[], 0]);
	});

	it("of 64 who are away are kept; beyond that the one away for longest is given up", () => {
		for (let index = 0; index < 65; index++) participants.away(add(`v${index}`));
		expect([lapsed, participants.size, clock.pending]).toEqual([["v0"], 64, 64]);
		participants.close();
		expect(clock.pending).toBe(0);
	});
});

describe("a viewer that drops", () => {
	let party: Party;
	let owner: Guest;
	let ana: Guest;
	const viewers = () => party.harness.server.device("phone")?.viewers;

	beforeEach(async () => {
		party = new Party();
		await party.begin();
		owner = await party.join("own");
		ana = await party.join("control", { name: "Ana" });
		await ana.act("request");
	});

	it("is away, and its media is left alone", async () => {
		await ana.peer.hangUp();
		expect(owner.participants).toMatchObject([{}, { name: "Ana", number: 2, quality: "away" }]);
		expect(party.host.last("viewer-left")).toBeUndefined();
		expect(viewers()).toBe(1);
	});

	it("is who it was, with its name and control, when it is back in time", async () => {
		const before = owner.participants[1];
		await ana.peer.hangUp();
		expect(owner.control).toMatchObject({ state: "free" });
		await party.pass(PARTICIPANT_KEPT - 1);
		const back = await party.back(ana);
		expect(owner.participants[1]).toEqual(before);
		expect(owner.control).toMatchObject({ state: "held", holder: ana.id });
		expect(back.control.holder).toBe(back.id);
		expect(party.host.the("viewer-joined")).toMatchObject({ viewerId: ana.id, number: 2, media: true });
		expect(viewers()).toBe(2);
	});

	it("does not have control again if somebody took it meanwhile", async () => {
		await ana.peer.hangUp();
		await owner.act("request");
		const back = await party.back(ana);
		expect(back.control).toMatchObject({ holder: owner.id });
	});

	it("is gone after thirty seconds: nobody watches unseen", async () => {
		await ana.peer.hangUp();
		await party.pass(PARTICIPANT_KEPT);
		expect(owner.participants).toHaveLength(1);
		expect(party.host.the("viewer-left")).toMatchObject({ viewerId: ana.id });
		expect(owner.control.state).toBe("free");
		const back = await party.back(ana);
		expect(back.id).toBe(ana.id);
		expect(back.control.state).toBe("free");
	});

	it("may touch free control while its media flows, and keeps what it took", async () => {
		await ana.peer.hangUp();
		await party.host.say({ type: "touched", viewerId: ana.id });
		expect(owner.control).toMatchObject({ state: "held", holder: ana.id });
		const back = await party.back(ana);
		expect(back.control.holder).toBe(ana.id);
	});

	it("is ended with its grant all the same: its media is cut", async () => {
		await ana.peer.hangUp();
		await party.harness.grants.revoke(String(ana.grant?.id));
		await settled();
		expect(party.host.the("viewer-left")).toMatchObject({ viewerId: ana.id });
		expect(owner.participants).toHaveLength(1);
	});
});

describe("a participant that is opened twice", () => {
	it("goes to the newer connection, once; control stays with it", async () => {
		const party = new Party();
		await party.begin();
		const ana = await party.join("control");
		await ana.act("request");
		const again = await party.back(ana);
		expect(ana.peer.last("error")).toMatchObject({ reason: { code: "superseded" }, final: true });
		expect(ana.peer.ended).toBeDefined();
		expect(again.peer.ended).toBeUndefined();
		expect(again.participants).toHaveLength(1);
		expect(again.control).toMatchObject({ state: "held", holder: again.id });
		expect(party.host.last("viewer-left")).toBeUndefined();
	});

	it("is two without the proof, as in a second tab", async () => {
		const party = new Party();
		await party.begin();
		const one = await party.join("own");
		const two = await party.join("own");
		expect(one.participants.map(({ viewerId }) => viewerId)).toEqual([one.id, two.id]);
		expect([one.peer.ended, two.peer.ended]).toEqual([undefined, undefined]);
	});
});
