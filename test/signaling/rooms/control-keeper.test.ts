import { beforeEach, describe, expect, it } from "vitest";
import { controlActionSchema } from "../../../signaling/protocol/messages.ts";
import { type Guest, Party } from "../../support/party.ts";
import { describeDevice } from "../../support/signaling-harness.ts";

let party: Party;
let owner: Guest;
let ana: Guest;
let bo: Guest;
let watcher: Guest;

beforeEach(async () => {
	party = new Party();
	await party.begin();
	owner = await party.join("own");
	ana = await party.join("control");
	bo = await party.join("control");
	watcher = await party.join("view");
});

const everybody = () => [owner, ana, bo, watcher];

describe("a change of control", () => {
	it("is seen by everybody on the device and by its host, and by nobody else", async () => {
		const elsewhere = await party.join("own", { device: "tablet" });
		await ana.act("request");
		for (const guest of everybody()) expect(guest.control).toMatchObject({ state: "held", holder: ana.id });
		expect(party.toldHost).toEqual({ holder: ana.id, tabs: [], touchTakes: false });
		expect(elsewhere.control).toEqual({ state: "free", requests: [], touchTakes: true });
	});

	it("is told to the host before the new holder hears of it", async () => {
		await ana.act("request");
		const order: string[] = [];
		const note = (who: string, { peer }: { peer: Guest["peer"] }) => {
			const before = peer.socket.onmessage;
			peer.socket.onmessage = (event) => {
				if (String(event.data).includes('"control"')) order.push(who);
				before?.(event);
			};
		};
		note("host", { peer: party.host });
		note("bo", bo);
		await ana.act("give", bo.id);
		expect(order).toEqual(["host", "bo"]);
	});

	it("goes through all states: free, held, requested, given, locked, unlocked, reset", async () => {
		const states = async (...steps: (() => Promise<unknown>)[]) => {
			const seen = [];
			for (const step of steps) {
				expect(await step()).toBeUndefined();
				seen.push([watcher.control.state, watcher.control.holder]);
			}
			return seen;
		};
		const seen = await states(
			() => ana.act("request"),
			() => bo.act("request"),
			() => ana.act("deny", bo.id),
			() => bo.act("request"),
			() => ana.act("give", bo.id),
			() => owner.act("take"),
			() => owner.act("lock"),
			() => owner.act("release"),
			() => owner.act("unlock"),
			() => bo.act("request"),
			() => owner.act("reset"),
		);
		expect(seen).toEqual([
			["held", ana.id],
			["requested", ana.id],
			["held", ana.id],
			["requested", ana.id],
			["held", bo.id],
			["held", owner.id],
			["locked", owner.id],
			["locked", undefined],
			["free", undefined],
			["held", bo.id],
			["free", undefined],
		]);
	});

	it("comes with time alone: a request lapses after twenty seconds", async () => {
		await ana.act("request");
		await bo.act("request");
		const [request] = ana.control.requests;
		expect(request).toEqual({ viewerId: bo.id, left: 20_000 });
		await party.pass(19_999);
		expect(ana.control.state).toBe("requested");
		await party.pass(1);
		expect(ana.control).toMatchObject({ state: "held", holder: ana.id, requests: [] });
	});

	it("comes with time alone: an idle holder loses to who waits", async () => {
		await ana.act("request");
		await party.pass(15_000);
		await bo.act("request");
		await party.pass(14_999);
		expect(bo.control.holder).toBe(ana.id);
		await party.pass(1);
		expect(bo.control).toMatchObject({ state: "held", holder: bo.id, requests: [] });
		expect(party.toldHost).toEqual({ holder: bo.id, tabs: [], touchTakes: false });
	});
});

describe("a touch that the host let through", () => {
	const touch = (viewerId: string) => party.host.say({ type: "touched", viewerId });

	it("takes free control", async () => {
		await touch(ana.id);
		expect(bo.control).toMatchObject({ state: "held", holder: ana.id });
	});

	it.each([
		["somebody else holds it", () => bo.act("request")],
		["it is locked", () => owner.act("lock")],
	])("takes none when %s, and the host hears who may touch", async (_, happen) => {
		await happen();
		const before = bo.control;
		party.host.drain();
		await touch(ana.id);
		expect(bo.control).toEqual(before);
		expect(party.toldHost).toEqual({
			...(before.holder && { holder: before.holder }),
			tabs: [],
			touchTakes: false,
		});
	});

	it("takes none for a watcher, a ghost, or somebody on another host's device", async () => {
		const other = await party.harness.host("h2", [describeDevice("desk")]);
		await touch(watcher.id);
		await touch("nobody");
		await other.say({ type: "touched", viewerId: ana.id });
		expect(bo.control.state).toBe("free");
	});

	it("takes none under a policy that wants it asked for", async () => {
		const strict = new Party({ touchTakes: false });
		await strict.begin();
		const guest = await strict.join("control");
		expect(guest.control.touchTakes).toBe(false);
		await strict.host.say({ type: "touched", viewerId: guest.id });
		expect(guest.control.state).toBe("free");
		expect(strict.toldHost).toEqual({ tabs: [], touchTakes: false });
	});

	it("keeps its holder from being idle, and is news to nobody", async () => {
		await touch(ana.id);
		await party.pass(20_000);
		const heard = bo.peer.heard.length;
		await touch(ana.id);
		expect(bo.peer.heard.length).toBe(heard);
		await bo.act("request");
		await party.pass(15_000);
		expect(bo.control.holder).toBe(ana.id);
	});
});

describe("what nobody may do to control", () => {
	it("is everything, for a watcher", async () => {
		const before = owner.control;
		for (const action of controlActionSchema.options)
			expect(await watcher.act(action, ana.id)).toBe("not-allowed");
		expect(owner.control).toEqual(before);
	});

	it("is an owner's part, for others", async () => {
		await bo.act("request");
		for (const action of ["take", "lock", "unlock", "reset"] as const)
			expect(await ana.act(action)).toBe("not-allowed");
		expect(await ana.act("give", ana.id)).toBe("not-holder");
		expect(await ana.act("deny", bo.id)).toBe("not-holder");
		expect(await ana.act("release")).toBe("not-holder");
		expect(owner.control).toMatchObject({ state: "held", holder: bo.id });
	});

	it("names a ghost, nobody, a viewer of another device, or one that is away", async () => {
		const elsewhere = await party.join("control", { device: "tablet" });
		await bo.peer.hangUp();
		for (const to of ["ghost", elsewhere.id, bo.id, undefined]) {
			expect(await owner.act("give", to)).toBe("no-such-viewer");
			expect(await owner.act("deny", to)).toBe("no-such-viewer");
		}
		expect(await owner.act("give", watcher.id)).toBe("not-allowed");
		expect(owner.control.state).toBe("free");
		expect(elsewhere.control.state).toBe("free");
	});

	it("is told with a reason in words, to the one who asked alone, and ends nothing", async () => {
		const heard = everybody().map(({ peer }) => peer.heard.length);
		for (let count = 0; count < 30; count++) {
			await ana.act("cancel");
			await party.pass(1000);
		}
		expect(ana.peer.last("error")).toEqual({
			type: "error",
			reason: { code: "no-request", message: expect.stringMatching(/^That request/) },
			final: false,
		});
		expect(ana.peer.ended).toBeUndefined();
		expect(everybody().map(({ peer }) => peer.heard.length)).toEqual(
			heard.map((count, index) => (index === 1 ? count + 30 : count)),
		);
	});

	it("is done more than twenty times at once: the flood is refused, then its connection ends, and nobody else's", async () => {
		const codes = [];
		for (let count = 0; count < 60; count++) codes.push(await ana.act(count % 2 ? "release" : "request"));
		expect(codes.slice(0, 20)).toEqual(Array(20).fill(undefined));
		expect(codes.slice(20, 40)).toEqual(Array(20).fill("too-fast"));
		expect(ana.peer.ended).toBeDefined();
		expect([owner, bo, watcher].map(({ peer }) => peer.ended)).toEqual(Array(3).fill(undefined));
		expect(await bo.act("request")).toBeUndefined();
	});
});

describe("a host that comes back", () => {
	it("hears who may touch before it hears who is there", async () => {
		await ana.act("request");
		await party.host.hangUp();
		await party.begin();
		const types = party.host.heard.map(({ type }) => type);
		expect(types.indexOf("control")).toBeLessThan(types.indexOf("viewer-joined"));
		const told = party.host.heard.filter(({ type, deviceId }) => type === "control" && deviceId === "phone");
		expect(told).toMatchObject([{ holder: ana.id, touchTakes: false }]);
	});

	it("hears that control is free before anybody has come", async () => {
		const empty = new Party();
		await empty.begin();
		expect(empty.toldHost).toEqual({ tabs: [], touchTakes: true });
	});
});

describe("tabs of one person", () => {
	it("share control: a touch in one passes it there, and the host hears which they are", async () => {
		const mine = await party.join("control");
		const tab = await party.tab(mine);
		await mine.act("request");
		expect(party.toldHost).toEqual({ holder: mine.id, tabs: [tab.id], touchTakes: false });
		await party.host.say({ type: "touched", viewerId: tab.id });
		expect(party.toldHost).toEqual({ holder: tab.id, tabs: [mine.id], touchTakes: false });
		expect(await mine.act("release")).toBeUndefined();
		expect(party.toldHost).toEqual({ tabs: [], touchTakes: true });
	});

	it("are told to the host as they come and go, and control stays with one that is left", async () => {
		const mine = await party.join("control");
		await mine.act("request");
		const tab = await party.tab(mine);
		expect(party.toldHost).toEqual({ holder: mine.id, tabs: [tab.id], touchTakes: false });
		await mine.peer.say({ type: "leave" });
		expect(party.toldHost).toEqual({ holder: tab.id, tabs: [], touchTakes: false });
	});

	it("are one person by the browser's cookie, not by the link", async () => {
		const mine = await party.join("control");
		const [tab, other] = [await party.tab(mine), await party.byTheSameLink(mine)];
		const personOf = ({ id }: { id: string }) =>
			other.participants.find(({ viewerId }) => viewerId === id)?.person;
		expect(personOf(tab)).toBe(personOf(mine));
		expect(personOf(other)).not.toBe(personOf(mine));
		await mine.act("request");
		await party.host.say({ type: "touched", viewerId: other.id });
		expect(party.toldHost).toEqual({ holder: mine.id, tabs: [tab.id], touchTakes: false });
	});

	it("of the owner are the owner, wherever they are", async () => {
		const phone = await party.join("own");
		await owner.act("take");
		await party.host.say({ type: "touched", viewerId: phone.id });
		expect(owner.control.holder).toBe(phone.id);
	});

	it("that only watch drive nothing", async () => {
		const watching = await party.join("view");
		const tab = await party.tab(watching);
		expect(await tab.act("request")).toBe("not-allowed");
	});
});

describe("a lock", () => {
	it("takes control from a guest at once, tells the host first, and gives it to the owner", async () => {
		await ana.act("request");
		await owner.act("lock");
		expect(party.toldHost).toMatchObject({ holder: owner.id, touchTakes: false });
		expect(ana.control).toMatchObject({ state: "locked", holder: owner.id });
		expect(await ana.act("request")).toBe("control-locked");
	});

	it("that nobody is there to open is the owner's who comes", async () => {
		const empty = new Party();
		await empty.begin();
		const alone = await empty.join("own");
		await alone.act("lock");
		await alone.peer.say({ type: "leave" });
		const guest = await empty.join("control");
		expect(guest.control.holder).toBeUndefined();
		const back = await empty.join("own");
		expect(back.control).toMatchObject({ state: "locked", holder: back.id });
	});
});
