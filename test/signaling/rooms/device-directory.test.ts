import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { DeviceDirectory } from "../../../signaling/rooms/device-directory.ts";
import {
	describeDevice,
	SignalingHarness,
	type SignalingPeer,
	viewerHello,
} from "../../support/signaling-harness.ts";

let now: number;
let changes: string[][];
let directory: DeviceDirectory;

beforeEach(() => {
	now = 0;
	changes = [];
	directory = new DeviceDirectory(
		() => now,
		(ids) => changes.push([...ids].sort()),
	);
});

describe("the device directory", () => {
	it("replaces all that a host said before, and tells what changed by it", () => {
		directory.update("h1", [describeDevice("a"), describeDevice("b")]);
		directory.update("h1", [describeDevice("b"), describeDevice("c")]);
		expect(directory.list().map(({ id }) => id)).toEqual(["b", "c"]);
		expect(changes).toEqual([
			["a", "b"],
			["a", "b", "c"],
		]);
	});

	it("takes nothing of a list that holds another host's device", () => {
		directory.update("h1", [describeDevice("a")]);
		expect(() => directory.update("h2", [describeDevice("new"), describeDevice("a")])).toThrow(
			expect.objectContaining({ code: "device-id-taken" }),
		);
		expect(directory.list().map(({ id }) => id)).toEqual(["a"]);
		expect(directory.hostOf("a")).toBe("h1");
	});

	it("calls a ready device live while somebody watches, and believes a failure all the same", () => {
		directory.update("h1", [describeDevice("a"), describeDevice("b", { state: "failed", note: "No." })]);
		directory.countViewer("a", 1);
		directory.countViewer("b", 1);
		expect(directory.describe("a")).toMatchObject({ state: "live", viewers: 1 });
		expect(directory.describe("b")).toMatchObject({ state: "failed", viewers: 1 });
		directory.countViewer("a", -1);
		expect(directory.describe("a")).toMatchObject({ state: "ready", viewers: 0 });
	});

	it("does not believe a host about how many watch", () => {
		directory.update("h1", [describeDevice("a", { viewers: 99, state: "live" })]);
		expect(directory.describe("a")).toMatchObject({ viewers: 0 });
	});

	it("keeps a lost host's devices as offline, under no host", () => {
		directory.update("h1", [describeDevice("a")]);
		now = 77;
		directory.loseHost("h1");
		now = 99;
		directory.loseHost("h1");
		expect(directory.describe("a")).toMatchObject({ state: "offline", since: 77 });
		expect(directory.hostOf("a")).toBeUndefined();
		expect(changes).toEqual([["a"], ["a"]]);
	});

	it("forgets the longest gone beyond 256 offline devices", () => {
		for (let host = 0; host < 258; host++) {
			now = host;
			directory.update(`h${host}`, [describeDevice(`d${host}`)]);
			directory.loseHost(`h${host}`);
		}
		expect(directory.list()).toHaveLength(256);
		expect(directory.describe("d0")).toBeUndefined();
		expect(directory.describe("d1")).toBeUndefined();
		expect(directory.describe("d2")).toMatchObject({ state: "offline" });
	});

	it("holds exactly the devices that hosts said last, whatever they do", () => {
		const host = fc.constantFrom("h1", "h2", "h3");
		const step = fc.oneof(
			fc.record({
				host,
				devices: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 }),
			}),
			fc.record({ host, devices: fc.constant(undefined) }),
		);
		fc.assert(
			fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
				const tested = new DeviceDirectory(
					() => 0,
					() => {},
				);
				const model = new Map<string, { host: string; online: boolean }>();
				for (const { host, devices } of steps) {
					const mine = [...model].filter(([, entry]) => entry.host === host);
					if (!devices) {
						tested.loseHost(host);
						for (const [, entry] of mine) entry.online = false;
						continue;
					}
					const taken = devices.some((id) => model.get(id)?.online && model.get(id)?.host !== host);
					const update = () =>
						tested.update(
							host,
							devices.map((id) => describeDevice(id)),
						);
					if (taken) {
						expect(update).toThrow();
						continue;
					}
					update();
					for (const [id] of mine) model.delete(id);
					for (const id of devices) model.set(id, { host, online: true });
				}
				const told = tested.list().map(({ id, state }) => [id, state !== "offline", tested.hostOf(id)]);
				const wanted = [...model].map(([id, { host, online }]) => [id, online, online ? host : undefined]);
				expect(told.sort()).toEqual(wanted.sort());
			}),
		);
	});
});

let harness: SignalingHarness;
let host: SignalingPeer;
beforeEach(async () => {
	harness = new SignalingHarness();
	host = await harness.host("h1", [describeDevice("phone")]);
});

describe("the list of devices", () => {
	it("is told at once and after each change", async () => {
		const directory = await harness.directory();
		expect(directory.drain()).toMatchObject([{ type: "devices", devices: [{ id: "phone", viewers: 0 }] }]);
		const viewer = await harness.viewer("phone");
		expect(directory.drain()).toMatchObject([{ devices: [{ state: "live", viewers: 1 }] }]);
		await viewer.hangUp();
		expect(directory.drain()).toMatchObject([{ devices: [{ state: "ready", viewers: 0 }] }]);
		await host.hangUp();
		expect(directory.drain()).toMatchObject([{ devices: [{ state: "offline" }] }]);
	});

	it("is told once for changes that come together", async () => {
		const directory = await harness.directory();
		directory.drain();
		const peers = [harness.connect(), harness.connect()];
		await Promise.all(peers.map((peer) => peer.say(viewerHello("phone"))));
		expect(directory.heard).toMatchObject([{ type: "devices", devices: [{ viewers: 2 }] }]);
	});

	it("is told to each page, and no more to one that has gone", async () => {
		const [one, two] = [await harness.directory(), await harness.directory()];
		await one.hangUp();
		one.drain();
		two.drain();
		await host.say({ type: "devices", devices: [] });
		expect(one.heard).toEqual([]);
		expect(two.heard).toEqual([{ type: "devices", devices: [] }]);
	});

	it("takes no message but pings", async () => {
		const directory = await harness.directory();
		directory.drain();
		await directory.say({ type: "ping" });
		await directory.say({ type: "devices", devices: [] });
		expect(directory.heard).toMatchObject([
			{ type: "pong" },
			{ type: "error", reason: { code: "bad-message" }, final: false },
		]);
	});
});
