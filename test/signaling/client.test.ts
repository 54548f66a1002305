import { beforeEach, describe, expect, it } from "vitest";
import { connectSignaling, type LinkStatus, type SignalingLink } from "../../signaling/client.ts";
import { type FromViewer, MAX_MESSAGE_BYTES, toViewerSchema } from "../../signaling/protocol/messages.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { FakeSocket } from "../fakes/fake-socket.ts";

const HELLO = { type: "hello" };
const PONG = { type: "pong" };
const refusal = (final: boolean) => ({ type: "error", reason: { code: "no", message: "No." }, final });

let clock: FakeClock;
let sockets: FakeSocket[];
let statuses: LinkStatus[];
let heard: unknown[];
let bad: unknown[];

beforeEach(() => {
	clock = new FakeClock();
	sockets = [];
	statuses = [];
	heard = [];
	bad = [];
});

function connect(make: () => FakeSocket = () => new FakeSocket()): SignalingLink<FromViewer> {
	return connectSignaling<typeof toViewerSchema, FromViewer>({
		open() {
			const socket = make();
			sockets.push(socket);
			return socket;
		},
		hello: () => HELLO,
		schema: toViewerSchema,
		onMessage: (message) => heard.push(message),
		onStatus: (status) => statuses.push(status),
		onBadMessage: (error) => bad.push(error),
		clock,
	});
}

function newest(): FakeSocket {
	const socket = sockets.at(-1);
	if (!socket) throw new Error("No socket was opened.");
	return socket;
}

/** Waits as long as the link said it would. */
function waitForRetry(): number {
	const status = statuses.at(-1);
	if (status?.state !== "waiting") throw new Error(`The link is ${status?.state}.`);
	const wait = clock.nextIn ?? Number.NaN;
	clock.advance(Math.ceil(wait));
	return wait;
}

const states = () => statuses.map(({ state }) => state);

describe("a signaling link", () => {
	it("says hello when the socket opens, and not before", () => {
		connect();
		expect(newest().sent).toEqual([]);
		newest().open();
		expect(newest().sent).toEqual([HELLO]);
		expect(states()).toEqual(["connecting", "open"]);
	});

	it("takes over a socket that is open already", () => {
		connect(() => new FakeSocket("open"));
		expect(newest().sent).toEqual([HELLO]);
		expect(states()).toEqual(["connecting", "open"]);
	});

	it("treats a socket that is closed already as a failed attempt", () => {
		connect(() => {
			const socket = new FakeSocket();
			if (sockets.length === 0) socket.close();
			return socket;
		});
		expect(states()).toEqual(["connecting", "waiting"]);
		waitForRetry();
		expect(sockets).toHaveLength(2);
	});

	it("hands on what the server says, in order", () => {
		connect();
		newest().open();
		newest().say({ type: "offer", peerId: "p1", sdp: "v=0" });
		newest().say(PONG);
		expect(heard).toEqual([{ type: "offer", peerId: "p1", sdp: "v=0" }, PONG]);
	});

	it("drops what it cannot read, tells so, and goes on", () => {
		connect();
		newest().open();
		newest().say("{");
		newest().say({ type: "dance" });
		newest().onmessage?.({ data: new ArrayBuffer(8) });
		expect(bad).toEqual(
			["not-json", "bad-message", "not-json"].map((code) => expect.objectContaining({ code })),
		);
		newest().say(PONG);
		expect(heard).toEqual([PONG]);
	});

	it("sends only while it is open, and says whether it did", () => {
		const link = connect();
		expect(link.send({ type: "restart" })).toBe(false);
		newest().open();
		expect(link.send({ type: "restart" })).toBe(true);
		newest().cut();
		expect(link.send({ type: "restart" })).toBe(false);
		expect(sockets[0]?.sent).toEqual([HELLO, { type: "restart" }]);
	});

	it("does not send what the server would refuse for its length", () => {
		const link = connect();
		newest().open();
		expect(link.send({ type: "answer", peerId: "p1", sdp: "x".repeat(MAX_MESSAGE_BYTES) })).toBe(false);
		expect(newest().sent).toEqual([HELLO]);
	});
});

describe("a signaling link that is lost", () => {
	it("comes back with a hello of its own each time, waiting longer and longer", () => {
		connect();
		const waits: number[] = [];
		for (let attempt = 0; attempt < 8; attempt++) {
			newest().open();
			newest().cut();
			waits.push(waitForRetry());
		}
		expect(sockets).toHaveLength(9);
		for (const [attempt, wait] of waits.entries()) {
			const base = Math.min(250 * 2 ** attempt, 5_000);
			expect(wait).toBeGreaterThanOrEqual(base / 2);
			expect(wait).toBeLessThanOrEqual(base);
		}
		expect(sockets.slice(0, 8).every((socket) => socket.sent.length === 1)).toBe(true);
	});

	it("counts an accepted hello, and only that, as a success", () => {
		connect();
		for (let attempt = 0; attempt < 5; attempt++) {
			newest().open();
			newest().say(refusal(false));
			newest().cut();
			waitForRetry();
		}
		expect(statuses.at(-1)).toEqual({ state: "connecting", attempt: 5 });
		newest().open();
		newest().say(PONG);
		newest().cut();
		expect(waitForRetry()).toBeLessThanOrEqual(250);
	});

	it("gives up on a server that does not take the connection within ten seconds", () => {
		connect();
		clock.advance(9_999);
		expect(states()).toEqual(["connecting"]);
		clock.advance(1);
		expect(states()).toEqual(["connecting", "waiting"]);
		expect(newest().closedByUs).toBe(true);
	});

	it("ignores a socket that it has given up", () => {
		connect();
		const old = newest();
		const { onopen, onmessage, onclose } = old;
		clock.advance(10_000);
		waitForRetry();
		const count = statuses.length;
		old.readyState = 1;
		onopen?.(undefined as never);
		onmessage?.({ data: JSON.stringify(PONG) });
		onclose?.({ code: 1006, reason: "" });
		expect(statuses).toHaveLength(count);
		expect(heard).toEqual([]);
		expect(old.sent).toEqual([]);
	});

	it("pings after ten seconds of silence and drops a line that does not answer within five", () => {
		connect();
		newest().open();
		clock.advance(10_000);
		expect(newest().sent).toEqual([HELLO, { type: "ping" }]);
		clock.advance(4_999);
		expect(states().at(-1)).toBe("open");
		clock.advance(1);
		expect(states().at(-1)).toBe("waiting");
		expect(newest().closedByUs).toBe(true);
	});

	it("stays on a quiet line whose pings are answered, and does not ping a busy one", () => {
		connect();
		newest().open();
		for (let round = 0; round < 5; round++) {
			clock.advance(10_000);
			newest().say(PONG);
		}
		expect(newest().sent).toHaveLength(6);
		for (let second = 0; second < 60; second++) {
			clock.advance(1_000);
			newest().say(PONG);
		}
		expect(newest().sent).toHaveLength(6);
		expect(states()).toEqual(["connecting", "open"]);
	});

	it("tries at once when told to, from the start of the back-off", () => {
		const link = connect();
		for (let attempt = 0; attempt < 6; attempt++) {
			newest().cut();
			waitForRetry();
		}
		newest().cut();
		link.retryNow();
		expect(sockets).toHaveLength(8);
		expect(statuses.at(-1)).toEqual({ state: "connecting", attempt: 0 });
		clock.advance(9_000);
		expect(sockets).toHaveLength(8);
	});

	it("does not open a second socket when told to retry while it has one", () => {
		const link = connect();
		link.retryNow();
		newest().open();
		link.retryNow();
		expect(sockets).toHaveLength(1);
	});
});

describe("closing a signaling link", () => {
	it("closes the socket, tells once, and leaves no timer behind", () => {
		const link = connect();
		newest().open();
		link.close();
		link.close();
		expect(newest().closedByUs).toBe(true);
		expect(states()).toEqual(["connecting", "open", "closed"]);
		expect(clock.pending).toBe(0);
	});

	it("ends the waiting for another attempt", () => {
		const link = connect();
		newest().cut();
		link.close();
		clock.advance(60_000);
		link.retryNow();
		expect(sockets).toHaveLength(1);
		expect(clock.pending).toBe(0);
	});

	it("may happen inside of what a message brings about", () => {
		const socket = new FakeSocket("open");
		const link = connectSignaling<typeof toViewerSchema, FromViewer>({
			open: () => socket,
			hello: () => HELLO,
			schema: toViewerSchema,
			onMessage: () => link.close(),
			clock,
		});
		socket.say(refusal(true));
		expect(socket.closedByUs).toBe(true);
		expect(clock.pending).toBe(0);
	});
});
