import { beforeEach, describe, expect, it } from "vitest";
import type { NodeMessage } from "../../../signaling/cluster/node-messages.ts";
import { RelayEnd, Relays } from "../../../signaling/cluster/relays.ts";
import { memorySocketPair } from "../../../signaling/memory-socket.ts";
import type { ViewerHello } from "../../../signaling/protocol/messages.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import { SignalingPeer } from "../../support/signaling-harness.ts";

type Opened = Extract<NodeMessage, { type: "open" }>;

const hello: ViewerHello = {
	type: "hello",
	version: 1,
	as: "viewer",
	deviceId: "phone",
	token: "the owner's token",
	media: false,
};
const visitor = {
	rights: { role: "own", devices: "all", grantId: "owner", label: "" },
	address: "a",
} as const;

let clock: FakeClock;
/** Two nodes; what each says reaches the other on a later turn, as text. */
let near: Relays;
let far: Relays;
let opened: Opened[];
let taken: SignalingPeer[];
let connections: number;

beforeEach(() => {
	clock = new FakeClock();
	opened = [];
	taken = [];
	const deliver = async (to: string, message: NodeMessage) => {
		await settled();
		const told = JSON.parse(JSON.stringify(message)) as NodeMessage;
		if (told.type === "open") {
			opened.push(told);
			const socket = far.accept(told);
			if (socket) taken.push(new SignalingPeer(socket));
		} else if (told.type === "said" || told.type === "shut") (to === "far" ? far : near).hear(told);
	};
	const deps = { now: () => clock.now(), send: deliver };
	near = new Relays({ ...deps, self: "near", count: (count) => (connections = count) });
	far = new Relays({ ...deps, self: "far", count() {} });
});

async function rest(): Promise<void> {
	for (let turn = 0; turn < 5; turn++) await settled();
}

async function open(): Promise<SignalingPeer> {
	const [page, here] = memorySocketPair();
	const peer = new SignalingPeer(page);
	near.open("far", here, hello, visitor);
	await rest();
	return peer;
}

describe("a relayed connection", () => {
	it("carries both ways, and never the owner's token", async () => {
		const page = await open();
		expect(opened).toMatchObject([{ from: "near", address: "a", rights: visitor.rights }]);
		expect(JSON.stringify(opened)).not.toContain("token");
		await page.say({ type: "leave" });
		taken[0]?.socket.send('{"type":"waiting"}');
		await rest();
		expect(taken[0]?.heard).toEqual([{ type: "leave" }]);
		expect(page.heard).toEqual([{ type: "waiting" }]);
		expect(connections).toBe(1);
	});

	it("answers pings where the page is", async () => {
		const page = await open();
		await page.say('{"type":"ping"}');
		await rest();
		expect(page.heard).toEqual([{ type: "pong" }]);
		expect(taken[0]?.heard).toEqual([]);
	});

	it("ends at both ends when either hangs up", async () => {
		const [one, other] = [await open(), await open()];
		await one.hangUp();
		taken[1]?.socket.close(1000, "bye");
		await rest();
		expect([taken[0]?.ended, other.ended]).toEqual([
			{ code: 1000, reason: "" },
			{ code: 1000, reason: "bye" },
		]);
		expect(connections).toBe(0);
	});

	it("is cut off when its page says too much, and others are not", async () => {
		const [loud, calm] = [await open(), await open()];
		for (let at = 0; at < 250; at++) loud.socket.send("{}");
		await rest();
		expect(loud.ended).toEqual({ code: 1013, reason: "too-fast" });
		await calm.say({ type: "leave" });
		await rest();
		expect(taken[1]?.heard).toHaveLength(1);
	});

	it("is over when its process is gone, or its device is on another node", async () => {
		const [one, other, third] = [await open(), await open(), await open()];
		near.dropMoved(new Set(["tablet"]), () => undefined);
		near.dropMoved(new Set(["phone"]), () => "far");
		expect(connections).toBe(3);
		near.dropMoved(new Set(["phone"]), () => "elsewhere");
		await rest();
		for (const page of [one, other, third]) expect(page.ended).toEqual({ code: 1013, reason: "relay-lost" });
		const again = await open();
		far.lose("near");
		await rest();
		expect([taken[3]?.ended?.code, again.ended?.code]).toEqual([1013, 1013]);
	});

	it("that is there already is not taken a second time", async () => {
		await open();
		expect(far.accept(opened[0] as Opened)).toBeUndefined();
	});
});

let sent: NodeMessage[];
let events: string[];
let unreachable: boolean;
let end: RelayEnd;

beforeEach(() => {
	sent = [];
	events = [];
	unreachable = false;
	end = new RelayEnd({
		connection: "l",
		other: "far",
		async send(message) {
			sent.push(message);
			if (unreachable) throw new Error("nobody listens");
		},
		said: (text) => events.push(text),
		ended: (code, reason) => events.push(`ended ${code} ${reason}`),
		closed: () => events.push("closed"),
	});
});

const said = (place: number, text: string) => end.hear({ type: "said", connection: "l", place, text });
const shut = (code: 1000 | 1013) => ({ type: "shut", connection: "l", code, reason: "over" }) as const;

it("numbers what it says, and takes what comes in order", () => {
	end.say("a");
	end.say("b");
	expect(sent).toEqual([
		{ type: "said", connection: "l", place: 0, text: "a" },
		{ type: "said", connection: "l", place: 1, text: "b" },
	]);
	said(0, "x");
	said(1, "y");
	expect(events).toEqual(["x", "y"]);
});

it.each([1, 2, -1])("ends when place %d comes instead of the first", (place) => {
	said(place, "x");
	expect(events).toEqual(["closed", "ended 1013 relay-lost"]);
	expect(sent).toEqual([{ type: "shut", connection: "l", code: 1013, reason: "relay-lost" }]);
	said(0, "x");
	end.say("too late");
	expect(sent).toHaveLength(1);
});

it("ends when what was said twice comes twice", () => {
	said(0, "x");
	said(0, "x");
	expect(events.at(-1)).toBe("ended 1013 relay-lost");
});

it("ends once when the other end hangs up, and says no more", () => {
	end.hear(shut(1000));
	end.hear(shut(1013));
	end.hangUp(1000, "");
	end.lost();
	expect(events).toEqual(["closed", "ended 1000 over"]);
	expect(sent).toEqual([]);
});

it("hangs up once, with a code that a browser may be given", () => {
	end.hangUp(4_321, "x".repeat(500));
	end.hangUp(1000, "");
	expect(sent).toEqual([{ type: "shut", connection: "l", code: 1000, reason: "x".repeat(123) }]);
	expect(events).toEqual(["closed"]);
});

it("ends when nobody hears it", async () => {
	unreachable = true;
	end.say("a");
	await settled();
	expect(events).toEqual(["closed", "ended 1013 relay-lost"]);
});
