import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fromViewerSchema, PROTOCOL_VERSION, type ToViewer } from "../../../signaling/protocol/messages.ts";
import { Connection, HELLO_WITHIN } from "../../../signaling/rooms/connection.ts";
import { settled } from "../../fakes/fake-clock.ts";
import { FakeSocket } from "../../fakes/fake-socket.ts";
import { describeDevice, SignalingHarness, viewerHello } from "../../support/signaling-harness.ts";

let socket: FakeSocket;
let events: unknown[];
let failing: boolean;
let now: number;
let connection: Connection<typeof fromViewerSchema, ToViewer>;

beforeEach(() => {
	socket = new FakeSocket("open");
	events = [];
	failing = false;
	now = 0;
	connection = new Connection(socket, fromViewerSchema, {
		message(message) {
			if (failing) throw new Error("a bug");
			events.push(message);
		},
		refused: (code) => events.push(code),
		closed: () => events.push("closed"),
		now: () => now,
	});
});

describe("a client's connection", () => {
	it("answers pings by itself and hands on the rest", () => {
		socket.say({ type: "ping" });
		socket.say({ type: "restart" });
		expect(socket.sent).toEqual([{ type: "pong" }]);
		expect(events).toEqual([{ type: "restart" }]);
	});

	it("refuses binary frames, and what cannot be read, without ending", () => {
		socket.onmessage?.({ data: Buffer.from('{"type":"ping"}') });
		socket.say({ type: "dance" });
		expect(events).toEqual(["not-json", "bad-message"]);
		expect(socket.sent).toMatchObject([{ final: false }, { final: false }]);
		expect(socket.closedByUs).toBe(false);
	});

	it("survives a mistake of its owner, and tells it as its own", () => {
		failing = true;
		socket.say({ type: "restart" });
		expect(events).toEqual(["internal"]);
		expect(socket.sent).toMatchObject([{ type: "error", reason: { code: "internal" }, final: false }]);
	});

	it("is not ended by mistakes of its owner, however many", () => {
		failing = true;
		for (let count = 0; count < 25; count++) socket.say({ type: "restart" });
		expect(events).toEqual(Array(25).fill("internal"));
		expect(socket.closedByUs).toBe(false);
	});

	it("ends with the twentieth message that cannot be read", () => {
		for (let count = 0; count < 19; count++) socket.say("nonsense");
		expect(socket.closedByUs).toBe(false);
		socket.say("nonsense");
		expect(socket.sent.at(-1)).toMatchObject({ reason: { code: "not-json" }, final: true });
		expect(socket.closedByUs).toBe(true);
		expect(events).toEqual([...Array(20).fill("not-json"), "closed"]);
	});

	it("ends when more comes than its budget, whatever the messages are", () => {
		for (let count = 0; count < 200; count++) socket.say({ type: count % 2 ? "ping" : "restart" });
		now += 1000;
		for (let count = 0; count < 50; count++) socket.say({ type: "ping" });
		expect(socket.closedByUs).toBe(false);
		socket.say({ type: "ping" });
		expect(socket.sent.at(-1)).toMatchObject({ reason: { code: "too-fast" }, final: true });
		expect(socket.closedByUs).toBe(true);
		expect(events.slice(-2)).toEqual(["too-fast", "closed"]);
	});

	it("ends once, from whichever side, and says nothing after", () => {
		connection.close({ code: "superseded", message: "Elsewhere." });
		connection.close();
		socket.cut();
		connection.send({ type: "pong" });
		expect(socket.sent).toEqual([
			{ type: "error", reason: { code: "superseded", message: "Elsewhere." }, final: true },
		]);
		expect(events).toEqual(["closed"]);
	});

	it("tells its owner when the client is gone", () => {
		socket.cut();
		connection.close();
		expect(events).toEqual(["closed"]);
	});
});

it("disturbs nobody else by being abused", async () => {
	const harness = new SignalingHarness();
	const host = await harness.host("h1", [describeDevice("phone")]);
	const good = await harness.viewer("phone");
	const bad = await harness.viewer("phone");
	for (let count = 0; count < 30; count++) await bad.say("nonsense");
	expect(bad.ended).toBeDefined();
	expect(bad.heard.filter(({ type }) => type === "error")).toHaveLength(20);
	expect([good.ended, host.ended]).toEqual([undefined, undefined]);
	expect(good.last("device")).toMatchObject({ device: { viewers: 1 } });
	const { values } = await harness.metrics.refusedMessages.get();
	expect(values).toMatchObject([{ labels: { code: "not-json" }, value: 20 }]);
});

let harness: SignalingHarness;
beforeEach(() => {
	harness = new SignalingHarness();
});

const refusals = async (code: string) => {
	const { values } = await harness.metrics.refusedMessages.get();
	return values.find((value) => value.labels.code === code)?.value ?? 0;
};

describe("a client that does not say hello", () => {
	beforeEach(() => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	it("is turned away after five seconds, with a reason", async () => {
		const peer = harness.connect();
		vi.advanceTimersByTime(HELLO_WITHIN - 1);
		await settled();
		expect(peer.ended).toBeUndefined();
		vi.advanceTimersByTime(1);
		await settled();
		expect(peer.heard).toMatchObject([{ type: "error", reason: { code: "no-hello" }, final: true }]);
		expect(peer.ended).toBeDefined();
		expect(await refusals("no-hello")).toBe(1);
	});

	it("leaves no timer when it hangs up first", async () => {
		const peer = harness.connect();
		await peer.hangUp();
		expect(vi.getTimerCount()).toBe(0);
	});

	it("leaves no timer when it is greeted or refused", async () => {
		await harness.host("h1", [describeDevice("phone")]);
		await harness.viewer("phone");
		await harness.viewer("nowhere");
		await harness.connect().say("{");
		expect(vi.getTimerCount()).toBe(0);
	});
});

describe("a first message", () => {
	it.each([
		["of another version", viewerHello("phone", { version: PROTOCOL_VERSION + 1 }), "wrong-version"],
		["that is not JSON", "hello?", "not-json"],
		["that is no hello", { type: "restart" }, "bad-message"],
		["of an unknown kind of client", viewerHello("phone", { as: "king" }), "bad-message"],
		["with a device id that is none", viewerHello("../../etc/passwd"), "bad-message"],
	])("%s is answered with a final error and the end of the connection", async (_, message, code) => {
		await harness.host("h1", [describeDevice("phone")]);
		const peer = harness.connect();
		await peer.say(message);
		expect(peer.heard).toMatchObject([{ type: "error", reason: { code }, final: true }]);
		expect(peer.ended).toBeDefined();
		expect(await refusals(code)).toBe(1);
	});

	it("of another version tells which version is spoken here", async () => {
		const peer = harness.connect();
		await peer.say(viewerHello("phone", { version: 99 }));
		expect(JSON.stringify(peer.heard)).toContain(`speaks version ${PROTOCOL_VERSION}, not 99`);
	});
});

it("refuses a second hello without ending what the first one began", async () => {
	await harness.host("h1", [describeDevice("phone")]);
	const viewer = await harness.viewer("phone");
	viewer.drain();
	await viewer.say(viewerHello("phone"));
	expect(viewer.heard).toMatchObject([{ type: "error", reason: { code: "bad-message" }, final: false }]);
	expect(viewer.ended).toBeUndefined();
	expect(harness.server.devices()).toMatchObject([{ viewers: 1 }]);
});
