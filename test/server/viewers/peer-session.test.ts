import { beforeEach, describe, expect, it } from "vitest";
import type { AccessUnit } from "../../../server/devices/provider.ts";
import { HostControl } from "../../../server/viewers/control.ts";
import { InputMerge } from "../../../server/viewers/input-merge.ts";
import { PeerSession } from "../../../server/viewers/peer-session.ts";
import { Pointers } from "../../../server/viewers/pointers.ts";
import { reasonOf } from "../../../server/viewers/session.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { reasonSchema } from "../../../signaling/protocol/messages.ts";
import { parseMessage } from "../../../signaling/protocol/parse.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { FakeTrack } from "../../fakes/fake-media-engine.ts";
import { RecordingSink } from "../../fakes/recording-sink.ts";

let track: FakeTrack;
let sink: RecordingSink;
let clock: FakeClock;
let control: HostControl;
let pointers: Pointers;
let events: string[][];
let session: PeerSession;

beforeEach(() => {
	track = new FakeTrack({ keyframeNeeded() {}, targetBitrates() {} });
	sink = new RecordingSink();
	events = [];
	clock = new FakeClock();
	const merge = new InputMerge(sink);
	control = new HostControl({
		clock,
		passed: (holder) => merge.releaseAllBut(holder),
		touched: (viewerId) => events.push(["touched", viewerId]),
	});
	control.tell({ holder: "v1", tabs: [], touchTakes: false });
	pointers = new Pointers(clock);
	session = new PeerSession({
		viewerId: "v1",
		admission: { role: "control", number: 1 },
		track,
		merge,
		control,
		pointers,
		clock,
		offer: (peerId, sdp) => events.push(["offer", peerId, sdp]),
		answer: (sdp) => events.push(["answer", sdp]),
		dropped: (reason) => events.push(["dropped", reason]),
		lost: (reason) => events.push(["lost", reason]),
	});
});

/** A main frame, coded in 3 ms. */
const frame = (captureTime: number): AccessUnit => ({
	data: Uint8Array.of(),
	captureTime,
	encodedTime: captureTime + 3,
	keyframe: false,
	width: 390,
	height: 844,
});

const press = () => track.peer.say({ type: "key", code: "KeyA", down: true });

describe("a viewer's session", () => {
	it("offers a peer under a new id each time, and closes the one before", async () => {
		await session.connect();
		await session.connect();
		expect(events).toEqual([
			["offer", "v1_1", "offer of v1_1"],
			["offer", "v1_2", "offer of v1_2"],
		]);
		expect(track.peers.map(({ closes }) => closes)).toEqual([1, 0]);
	});

	it("gets no more to send by asking for another offer, and may send by its role of the moment", async () => {
		const send = () => {
			let taken = 0;
			for (let count = 0; count < 2_000; count++) if (track.peer.events.budget?.takeData(40)) taken++;
			return taken;
		};
		session.announce({ role: "view", number: 1 });
		await session.connect();
		expect(send()).toBe(300);
		await session.connect();
		expect(send()).toBe(0);
		expect(track.peer.events.budget?.exhausted).toBe(true);
		session.announce({ role: "control", number: 1 });
		expect(send()).toBe(700);
	});

	it("keeps only the latest of two offers that are made at the same time", async () => {
		await Promise.all([session.connect(), session.connect()]);
		expect(events).toEqual([["offer", "v1_2", "offer of v1_2"]]);
		expect(track.peers.map(({ closes }) => closes)).toEqual([1, 0]);
	});

	it("takes the answer to its present offer, and none to an older one", async () => {
		await session.connect();
		await session.connect();
		await session.acceptAnswer("v1_1", "late");
		await session.acceptAnswer("v1_2", "v=0");
		expect(track.peers.map(({ answers }) => answers)).toEqual([[], ["v=0"]]);
	});

	it.each(["edge-lost", "sender-failed", "worker-died"])(
		"is offered another peer at once when it is ours that broke: %s",
		async (reason) => {
			await session.connect();
			track.peer.events.connected();
			track.peer.events.closed(reason);
			await expect.poll(() => events.at(-1)).toEqual(["offer", "v1_2", "offer of v1_2"]);
			track.failure = new Error("no more");
			track.peer.events.closed(reason);
			await expect.poll(() => events.at(-1)).toEqual(["lost", reason]);
		},
	);

	it("tells the clock once it is connected, and counts as live from then", async () => {
		await session.connect();
		expect(session.live).toBe(false);
		track.peer.events.connected();
		expect(session.live).toBe(true);
		expect(track.peer.heard).toEqual([{ type: "clock", origin: 1000 }]);
		await session.connect();
		expect(session.live).toBe(false);
	});

	it("tells what a picture took, in the peer's own RTP time, over its wrap", async () => {
		session.tellTiming(frame(2000));
		await session.connect();
		session.tellTiming(frame(2000));
		session.tellTiming(frame(1000 + 2 ** 32 / 90));
		session.tellTiming(frame(999));
		expect(track.peer.heard).toEqual([
			{ type: "timing", rtpTimestamp: 90_000, encode: 3 },
			{ type: "timing", rtpTimestamp: 0, encode: 3 },
			{ type: "timing", rtpTimestamp: 2 ** 32 - 90, encode: 3 },
		]);
	});

	it("tells timings of the rendition that the viewer gets alone", async () => {
		await session.connect();
		session.tellTiming({ ...frame(2000), rendition: "small" });
		track.peer.reported = { rendition: "small" };
		session.tellTiming(frame(3000));
		session.tellTiming({ ...frame(4000), rendition: "small" });
		expect(track.peer.heard).toEqual([{ type: "timing", rtpTimestamp: 270_000, encode: 3 }]);
	});

	it("tells what the network carries once it is live, with the pictures and by the way", async () => {
		await session.connect();
		track.peer.reported = { rendition: "small", estimate: 2 ** 20, queueDelay: 8 };
		session.tellNetwork();
		expect(track.peer.heard).toEqual([]);
		track.peer.events.connected();
		session.tellTiming({ ...frame(2000), rendition: "small" });
		session.tellNetwork();
		expect(track.peer.heard.slice(2)).toEqual([
			{ type: "network", rendition: "small", estimate: 2 ** 20, queueDelay: 8 },
		]);
	});

	it("passes on whether the page is seen, and lets nothing else speak for a replaced peer", async () => {
		await session.connect();
		const replaced = track.peer;
		track.peer.say({ type: "shown", shown: false });
		expect(track.peer.shown).toBe(false);
		await session.connect();
		expect(track.peer.shown).toBe(true);
		replaced.say({ type: "shown", shown: false });
		expect(track.peer.shown).toBe(true);
	});

	it.each([
		["the peer is gone", () => track.peer.events.closed("ice-timeout")],
		["a new peer is wanted", () => session.connect()],
		["it is closed", () => session.close()],
	])("lets go of what the viewer holds when %s", async (_, happen) => {
		await session.connect();
		press();
		await happen();
		expect(sink.calls).toEqual([
			["key", "KeyA", true],
			["key", "KeyA", false],
		]);
	});

	it("tells once that its peer is gone, and nothing of peers that it replaced or closed", async () => {
		await session.connect();
		const replaced = track.peer;
		await session.connect();
		replaced.events.closed("late");
		track.peer.events.closed("ice-timeout");
		expect(events.filter(([name]) => name === "lost")).toEqual([["lost", "ice-timeout"]]);
		expect(session.live).toBe(false);
		await session.close();
		track.peer.events.closed("later");
		expect(events.filter(([name]) => name === "lost")).toHaveLength(1);
	});

	it("takes no input from a peer that it has replaced or closed", async () => {
		await session.connect();
		const replaced = track.peer;
		await session.connect();
		replaced.say({ type: "text", text: "late" });
		track.peer.say({ type: "text", text: "now" });
		await session.close();
		track.peer.say({ type: "text", text: "too late" });
		expect(sink.calls).toEqual([["text", "now"]]);
	});

	it("loses its right to touch with its role, and lets go of what it holds", async () => {
		await session.connect();
		press();
		session.announce({ role: "view", number: 1 });
		press();
		expect(sink.calls).toEqual([
			["key", "KeyA", true],
			["key", "KeyA", false],
		]);
		expect(events.at(-1)).toEqual(["dropped", "not-allowed"]);
	});

	it("takes free control only while signaling knows of it", async () => {
		control.tell({ holder: undefined, tabs: [], touchTakes: true });
		session.unannounce();
		await session.connect();
		press();
		expect(sink.calls).toEqual([]);
		expect(events.at(-1)).toEqual(["dropped", "no-control"]);
		session.announce({ role: "control", number: 1 });
		press();
		expect(sink.calls).toEqual([["key", "KeyA", true]]);
		expect(events.at(-1)).toEqual(["touched", "v1"]);
	});

	it("reads its connection's quality while it is live, and tells it anew to signaling that is new", async () => {
		await session.connect();
		track.peer.reported = { lost: 0.1, roundTrip: 20 };
		expect(session.readQuality()).toBeUndefined();
		track.peer.events.connected();
		expect([session.readQuality(), session.readQuality()]).toEqual(["poor", undefined]);
		session.announce({ role: "control", number: 1 });
		expect(session.readQuality()).toBe("poor");
	});

	it("closes a peer that was still being made when it was closed itself", async () => {
		const connecting = session.connect();
		await session.close();
		await session.close();
		await connecting;
		expect(track.peer.closes).toBe(1);
		expect(events).toEqual([]);
	});
});

it("finds a reason that signaling takes in any code and words", () => {
	for (const [code, words] of [
		["display-vanished", "Gone."],
		["internal", "x".repeat(10_000)],
		["device-off", ""],
	] as const) {
		const reason = reasonOf(new PortholeError(code, words));
		expect(parseMessage(reasonSchema, JSON.stringify(reason))).toEqual(reason);
	}
	expect(reasonOf(new Error("why"), "no-power")).toEqual({ code: "no-power", message: "why" });
	expect(reasonOf("why")).toMatchObject({ code: "internal" });
});
