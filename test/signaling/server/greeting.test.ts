import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PROTOCOL_VERSION } from "../../../signaling/protocol/version.ts";
import { HELLO_WITHIN } from "../../../signaling/server/greeting.ts";
import { settled } from "../../fakes/fake-clock.ts";
import { describeDevice, SignalingHarness, viewerHello } from "../../support/signaling-harness.ts";

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
	])("%s is answered with a final error and the end of the line", async (_, message, code) => {
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
