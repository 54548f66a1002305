import { beforeEach, describe, expect, it } from "vitest";
import type { EarlyConnection } from "../../../app/viewer/early.ts";
import { EarlySocket } from "../../../app/viewer/early-socket.ts";
import { connectSignaling } from "../../../signaling/client.ts";
import { toViewerSchema } from "../../../signaling/protocol/messages.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import { FakeSocket } from "../../fakes/fake-socket.ts";
import { describeDevice } from "../../support/signaling-harness.ts";

const device = describeDevice("demo");
const welcome = { type: "welcome", version: 1, viewerId: "v1", participantKey: "key", role: "own", device };

let real: FakeSocket;
let early: EarlyConnection;
let heard: string[];
let statuses: string[];

/** What the page's first script has done up to now. */
function begin(state: "connecting" | "open"): void {
	real = new FakeSocket(state);
	early = {
		socket: real as unknown as WebSocket,
		peer: {} as RTCPeerConnection,
		token: undefined,
		participant: undefined,
		messages: [],
		peerId: undefined,
		answered: undefined,
		relayError: undefined,
		stream: undefined,
		channel: undefined,
		heard: [],
	};
	real.onopen = () => real.send(JSON.stringify({ type: "hello" }));
	real.onmessage = ({ data }) => early.messages.push(String(data));
	if (state === "open") real.send(JSON.stringify({ type: "hello" }));
}

function takeOver() {
	heard = [];
	statuses = [];
	const first: EarlySocket[] = [new EarlySocket(early)];
	return connectSignaling({
		open: () => first.pop() ?? new FakeSocket(),
		hello: () => ({ type: "hello", again: true }),
		schema: toViewerSchema,
		onMessage: ({ type }) => heard.push(type),
		onStatus: ({ state }) => statuses.push(state),
		timers: new FakeClock(),
	});
}

describe("EarlySocket", () => {
	beforeEach(() => begin("open"));

	it("tells again what was said before, in order, and says no second hello", async () => {
		real.say(welcome);
		real.say({ type: "offer", peerId: "p1", sdp: "v=0" });
		takeOver();
		await settled();
		real.say({ type: "device", device });
		expect(heard).toEqual(["welcome", "offer", "device"]);
		expect(real.sent).toEqual([{ type: "hello" }]);
		expect(statuses).toEqual(["connecting", "open"]);
	});

	it("takes over a socket that still opens, whose hello the first script says", async () => {
		begin("connecting");
		const link = takeOver();
		await settled();
		expect(link.send({ type: "ping" })).toBe(false);
		real.open();
		real.say(welcome);
		expect(real.sent).toEqual([{ type: "hello" }]);
		expect(heard).toEqual(["welcome"]);
		expect(link.send({ type: "ping" })).toBe(true);
		expect(real.sent).toEqual([{ type: "hello" }, { type: "ping" }]);
	});

	it("is a lost connection like any other when it closes", async () => {
		takeOver();
		await settled();
		real.cut();
		expect(statuses).toEqual(["connecting", "open", "waiting"]);
	});

	it("is a lost connection too when it had closed before it was taken over", async () => {
		real.readyState = 3;
		takeOver();
		await settled();
		expect(statuses).toEqual(["connecting", "waiting"]);
		expect(heard).toEqual([]);
	});

	it("closes the real one", async () => {
		const link = takeOver();
		await settled();
		link.close();
		expect(real.closedByUs).toBe(true);
	});
});
