import { beforeEach, describe, expect, it } from "vitest";
import { fromViewerSchema, type ToViewer } from "../../../signaling/protocol/messages.ts";
import { Line } from "../../../signaling/server/line.ts";
import { FakeSocket } from "../../fakes/fake-socket.ts";
import { describeDevice, SignalingHarness } from "../../support/signaling-harness.ts";

let socket: FakeSocket;
let events: unknown[];
let failing: boolean;
let line: Line<typeof fromViewerSchema, ToViewer>;

beforeEach(() => {
	socket = new FakeSocket("open");
	events = [];
	failing = false;
	line = new Line(socket, fromViewerSchema, {
		message(message) {
			if (failing) throw new Error("a bug");
			events.push(message);
		},
		refused: (code) => events.push(code),
		closed: () => events.push("closed"),
	});
});

describe("a client's line", () => {
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

	it("ends with the twentieth message that cannot be read", () => {
		for (let count = 0; count < 19; count++) socket.say("nonsense");
		expect(socket.closedByUs).toBe(false);
		socket.say("nonsense");
		expect(socket.sent.at(-1)).toMatchObject({ reason: { code: "not-json" }, final: true });
		expect(socket.closedByUs).toBe(true);
		expect(events).toEqual([...Array(20).fill("not-json"), "closed"]);
	});

	it("ends once, from whichever side, and says nothing after", () => {
		line.close({ code: "superseded", message: "Elsewhere." });
		line.close();
		socket.cut();
		line.send({ type: "pong" });
		expect(socket.sent).toEqual([
			{ type: "error", reason: { code: "superseded", message: "Elsewhere." }, final: true },
		]);
		expect(events).toEqual(["closed"]);
	});

	it("tells its owner when the client is gone", () => {
		socket.cut();
		line.close();
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
