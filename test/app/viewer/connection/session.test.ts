import { beforeEach, describe, expect, it } from "vitest";
import type { PeerEvents, PeerLink } from "../../../../app/viewer/connection/peer-connection.ts";
import { DeviceSession } from "../../../../app/viewer/connection/session.ts";
import { phaseOf } from "../../../../app/viewer/state.ts";
import { connectSignaling } from "../../../../signaling/client.ts";
import { FakeClock, settled } from "../../../fakes/fake-clock.ts";
import { FakeSocket } from "../../../fakes/fake-socket.ts";
import { describeDevice } from "../../../support/signaling-harness.ts";
import { somebody } from "../../../support/somebody.ts";

/** A browser's peer whose host is the test. */
class FakePeer implements PeerLink {
	readonly events: PeerEvents;
	flowing = false;
	closed = false;
	fails = false;

	constructor(events: PeerEvents) {
		this.events = events;
	}

	async answer(peerId: string): Promise<string> {
		if (this.fails) throw new Error("not SDP");
		return `answer to ${peerId}`;
	}

	connect(): void {
		this.flowing = true;
		this.events.connected();
	}

	lose(): void {
		this.flowing = false;
		this.events.lost();
	}

	send(): boolean {
		return this.flowing;
	}

	/** What has come over its transport, bytes. */
	received = 0;

	async stats(): Promise<RTCStatsReport> {
		return new Map([["CP1", { type: "candidate-pair", bytesReceived: this.received }]]);
	}

	sources() {
		return [];
	}

	close(): void {
		this.closed = true;
		this.flowing = false;
	}
}

const device = describeDevice("demo");
const welcome = {
	type: "welcome",
	version: 1,
	viewerId: "v1",
	participantKey: "key",
	role: "control",
	device,
};
const offer = (peerId: string) => ({ type: "offer", peerId, sdp: "v=0" });

let clock: FakeClock;
let sockets: FakeSocket[];
let peers: FakePeer[];
let failing: boolean;
let session: DeviceSession;
let declined: string[];
let name: string | undefined;

beforeEach(() => {
	clock = new FakeClock();
	sockets = [];
	peers = [];
	failing = false;
	declined = [];
	name = undefined;
	session = new DeviceSession({
		deviceId: "demo",
		token: "secret",
		connect: (options) =>
			connectSignaling({
				...options,
				clock,
				open: () => {
					const socket = new FakeSocket();
					sockets.push(socket);
					return socket;
				},
			}),
		openPeer: (events) => {
			const peer = new FakePeer(events);
			peer.fails = failing;
			peers.push(peer);
			return peer;
		},
		onHostMessage: () => {},
		onWelcome: () => {},
		onDeclined: ({ message }) => declined.push(message),
		name: () => name,
		shown: () => true,
		clock,
	});
	session.start();
});

const phase = () => phaseOf(session.state.get());
const socket = () => sockets.at(-1) as FakeSocket;
const peer = () => peers.at(-1) as FakePeer;
const said = (type: string) => socket().sent.filter((message) => (message as { type: string }).type === type);

/** The way to a picture, as it usually goes. */
async function goLive(): Promise<void> {
	socket().open();
	socket().say(welcome);
	socket().say(offer("p1"));
	await settled();
	peer().connect();
	session.pictureShown();
}

describe("DeviceSession", () => {
	it("says hello with the token, answers the offer and is live with the first picture", async () => {
		expect(phase()).toBe("connecting");
		await goLive();
		expect(socket().sent).toEqual([
			{ type: "hello", version: 1, as: "viewer", deviceId: "demo", token: "secret", media: false },
			{ type: "answer", peerId: "p1", sdp: "answer to p1" },
		]);
		expect(phase()).toBe("live");
		expect(session.state.get()).toMatchObject({ role: "control", device });
	});

	it("stays live while signaling is away, and comes back to its participant with its media", async () => {
		await goLive();
		socket().cut();
		expect(phase()).toBe("live");
		session.retry();
		socket().open();
		expect(sockets).toHaveLength(2);
		expect(socket().sent[0]).toMatchObject({ participant: { viewerId: "v1", key: "key" }, media: true });
		expect(peer().closed).toBe(false);
	});

	it("says that its picture may be old, and then that nobody answers, until something comes", async () => {
		await goLive();
		peer().events.channel(true);
		async function pass(ms: number) {
			for (let left = ms; left > 0; left -= 500) {
				clock.advance(500);
				await settled();
			}
		}
		await pass(1000);
		expect(phase()).toBe("live");
		await pass(500);
		expect(phase()).toBe("stale");
		await pass(2000);
		expect(phase()).toBe("unanswered");
		peer().events.message({ type: "pong", time: 0, hostTime: 0 });
		expect(phase()).toBe("live");
		await pass(1500);
		expect(phase()).toBe("stale");
		peer().lose();
		expect(phase()).toBe("reconnecting");
		expect(session.state.get().silence).toBeUndefined();
	});

	it("asks for a new peer when media is lost, and is live again with its picture", async () => {
		await goLive();
		peer().lose();
		expect(phase()).toBe("reconnecting");
		expect(said("restart")).toHaveLength(1);
		socket().say(offer("p2"));
		await settled();
		expect(peers).toHaveLength(2);
		expect(phase()).toBe("reconnecting");
		peer().connect();
		session.pictureShown();
		expect(phase()).toBe("live");
	});

	it("asks less and less often when new peers never show a picture", async () => {
		await goLive();
		peer().lose();
		for (const wait of [500, 1000, 2000]) {
			socket().say(offer("p"));
			await settled();
			const before = said("restart").length;
			peer().lose();
			clock.advance(wait - 1);
			expect(said("restart")).toHaveLength(before);
			clock.advance(1);
			expect(said("restart")).toHaveLength(before + 1);
		}
	});

	it("asks anew when an offer cannot be answered", async () => {
		failing = true;
		socket().open();
		socket().say(welcome);
		socket().say(offer("p1"));
		await settled();
		expect(said("restart")).toHaveLength(1);
		expect(said("answer")).toHaveLength(0);
	});

	it("hears nothing of a peer that has been replaced", async () => {
		await goLive();
		const first = peer();
		socket().say(offer("p2"));
		await settled();
		first.events.lost();
		first.events.channel(true);
		expect(first.closed).toBe(true);
		expect(said("restart")).toHaveLength(0);
		expect(session.state.get().channelOpen).toBe(false);
	});

	it("says after three seconds that a connected device sends no picture, until one comes", async () => {
		socket().open();
		socket().say(welcome);
		socket().say(offer("p1"));
		await settled();
		peer().connect();
		clock.advance(2999);
		expect(phase()).toBe("connecting");
		clock.advance(1);
		expect(phase()).toBe("no-picture");
		session.pictureShown();
		expect(phase()).toBe("live");
	});

	it("does not call a picture live that stands still because its source has failed", async () => {
		socket().open();
		socket().say(welcome);
		socket().say(offer("p1"));
		await settled();
		peer().connect();
		session.pictureShown();
		socket().say({ type: "device", device: { ...device, state: "failed", note: "The other end hung up." } });
		expect(phase()).toBe("no-picture");
		socket().say({ type: "device", device });
		expect(phase()).toBe("live");
	});

	it("tells of a device that failed or whose host went away", () => {
		socket().open();
		socket().say({ ...welcome, device: { ...device, state: "failed", note: "no encoder" } });
		expect(phase()).toBe("no-picture");
		socket().say({ type: "device", device: { ...device, state: "offline" } });
		expect(phase()).toBe("offline");
		socket().say({ type: "device", device });
		expect(phase()).toBe("connecting");
	});

	it("is refused for good before it was let in, and does not try again by itself", () => {
		socket().open();
		socket().say({ type: "error", reason: { code: "wrong-token", message: "No." }, final: true });
		expect(phase()).toBe("refused");
		clock.advance(1e6);
		expect(sockets).toHaveLength(1);
	});

	it("has ended when the server says so after it was let in; trying again begins without a participant", async () => {
		await goLive();
		socket().say({ type: "ended", reason: { code: "device-gone", message: "Gone." }, final: true });
		expect(phase()).toBe("ended");
		expect(peer().closed).toBe(true);
		clock.advance(1e6);
		expect(sockets).toHaveLength(1);
		session.retry();
		expect(sockets).toHaveLength(2);
		expect(phase()).toBe("connecting");
		socket().open();
		expect(socket().sent[0]).not.toHaveProperty("participant");
	});

	it("waits for a host that stopped, and takes its offer when it is back", async () => {
		await goLive();
		socket().say({ type: "ended", reason: { code: "host-stopped", message: "Stopped." }, final: false });
		expect(phase()).toBe("ended");
		expect(session.state.get().stop?.final).toBe(false);
		socket().say(offer("p2"));
		await settled();
		expect(phase()).toBe("reconnecting");
		session.pictureShown();
		expect(phase()).toBe("live");
	});

	it("keeps a picture that still flows when signaling is back before the host is", async () => {
		await goLive();
		socket().say({ type: "error", reason: { code: "host-offline", message: "Not here yet." }, final: false });
		expect(phase()).toBe("live");
		expect(peer().closed).toBe(false);
	});

	it("keeps waiting when neither picture nor host is there", async () => {
		await goLive();
		peer().lose();
		socket().say({ type: "error", reason: { code: "host-offline", message: "Not here yet." }, final: false });
		expect(session.state.get().stop?.reason.code).toBe("host-offline");
		socket().cut();
		clock.advance(60_000);
		expect(sockets.length).toBeGreaterThan(1);
	});

	it("tries again at once when asked to while it waits", () => {
		socket().cut();
		expect(session.state.get().link).toBe("waiting");
		session.retry();
		expect(sockets).toHaveLength(2);
	});

	it("takes leave and closes everything once", async () => {
		await goLive();
		session.close();
		session.close();
		expect(said("leave")).toHaveLength(1);
		expect(peer().closed).toBe(true);
		expect(socket().closedByUs).toBe(true);
		expect(clock.pending).toBe(0);
	});

	it("shows no picture of a session that is closed", async () => {
		await goLive();
		session.close();
		session.pictureShown();
		expect(phase()).not.toBe("live");
	});

	it("connects nothing in a browser that cannot show devices", () => {
		session.refuse("unsupported", { code: "no-h264", message: "No H.264." });
		expect(phase()).toBe("unsupported");
		clock.advance(1e6);
		expect(sockets).toHaveLength(1);
	});

	it("goes on in the participant it is given, under the person's name, and keeps that participant when it pauses", async () => {
		name = "Ana";
		await goLive();
		expect(session.participant).toEqual({ viewerId: "v1", key: "key" });
		session.pause();
		expect(said("leave")).toHaveLength(0);
		expect(peer().closed).toBe(true);
		session.start();
		socket().open();
		expect(socket().sent[0]).toMatchObject({ participant: { viewerId: "v1", key: "key" }, name: "Ana" });
	});

	it("knows who is there and who has control", async () => {
		await goLive();
		const control = { state: "held", holder: "v1", requests: [], touchTakes: true };
		socket().say({ type: "control", control });
		socket().say({ type: "participants", participants: [somebody("v1")] });
		expect(session.state.get()).toMatchObject({
			viewerId: "v1",
			control,
			participants: [{ viewerId: "v1" }],
		});
		expect(session.ask({ type: "control", action: "release" })).toBe(true);
		expect(said("control")).toEqual([{ type: "control", action: "release" }]);
	});

	it("waits to be let in, and is in with the offer", async () => {
		socket().open();
		socket().say(welcome);
		socket().say({ type: "waiting" });
		expect(phase()).toBe("waiting");
		socket().say(offer("p1"));
		expect(phase()).toBe("connecting");
	});

	it("tells what cannot be had now, and goes on as it was", async () => {
		await goLive();
		peer().lose();
		socket().say({ type: "error", reason: { code: "control-locked", message: "Locked." }, final: false });
		expect(declined).toEqual(["Locked."]);
		expect(session.state.get().stop).toBeUndefined();
	});
});

describe("a device that is switched off and on", () => {
	const say = (state: string, power: string) =>
		socket().say({ type: "device", device: { ...device, state, power } });

	it("is off at once, starting until its first picture, and live with that, on the same peer", async () => {
		await goLive();
		say("off", "off");
		expect([phase(), session.state.get().media]).toEqual(["off", "coming"]);
		clock.advance(5_000);
		expect(phase()).toBe("off");
		say("starting", "starting");
		expect(phase()).toBe("starting");
		session.pictureShown();
		expect(phase()).toBe("live");
		say("ready", "on");
		expect(phase()).toBe("live");
		expect(peers).toHaveLength(1);
		expect(said("restart")).toEqual([]);
	});

	it("is not without a picture before it had time for one", async () => {
		socket().open();
		socket().say({ ...welcome, device: { ...device, state: "off", power: "off" } });
		socket().say(offer("p1"));
		await settled();
		peer().connect();
		clock.advance(10_000);
		expect(phase()).toBe("off");
		say("ready", "on");
		expect(phase()).toBe("connecting");
		clock.advance(3_000);
		expect(phase()).toBe("no-picture");
	});
});
