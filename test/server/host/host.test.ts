import { beforeEach, describe, expect, it } from "vitest";
import { DeviceRegistry } from "../../../server/devices/registry.ts";
import { Host } from "../../../server/host/host.ts";
import { createLog } from "../../../server/log.ts";
import { memorySocketPair } from "../../../signaling/memory-socket.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { HostHello } from "../../../signaling/protocol/messages.ts";
import type { DeviceRequest } from "../../../signaling/rooms/device-requests.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import type { FakeDevice } from "../../fakes/fake-device.ts";
import { FakeMediaEngine } from "../../fakes/fake-media-engine.ts";
import { FakeProvider } from "../../fakes/fake-provider.ts";
import {
	hostHello,
	SignalingHarness,
	type SignalingPeer,
	viewerHello,
} from "../../support/signaling-harness.ts";

let clock: FakeClock;
let provider: FakeProvider;
let registry: DeviceRegistry;
let engine: FakeMediaEngine;
let harness: SignalingHarness;
let hangUp: () => void;
let connections: number;
let log: string[];
let host: Host;

beforeEach(() => {
	clock = new FakeClock();
	provider = new FakeProvider();
	registry = new DeviceRegistry([provider]);
	engine = new FakeMediaEngine();
	harness = new SignalingHarness();
	connections = 0;
	log = [];
	host = makeHost();
});

function makeHost(hello: object = hostHello("h1")): Host {
	return new Host({
		registry,
		engine,
		clock,
		wall: clock.wall,
		rate: {},
		log: createLog((line) => log.push(line)),
		hello: hello as HostHello,
		openSocket() {
			connections++;
			const [near, far] = memorySocketPair();
			harness.server.accept(far);
			hangUp = () => far.close();
			return near;
		},
		count: { droppedInput() {}, openedPeer() {}, endedPeer() {}, accessUnit() {} },
	});
}

const add = async (spec: string) => {
	const id = await host.addDevice(registry.parse(spec));
	await settled();
	return id;
};
const stateOf = (id: string) => harness.server.device(id);

function newest(): FakeDevice {
	const device = provider.devices.at(-1);
	if (!device) throw new Error("No device was opened.");
	return device;
}

/** A host with one device and one viewer that has its frame. */
async function connected(): Promise<SignalingPeer> {
	host.start();
	await add("fake:phone");
	const viewer = await harness.viewer("phone");
	await viewer.say({ type: "answer", peerId: viewer.last("offer")?.peerId, sdp: "v=0 answer" });
	engine.track.peer.events.connected();
	return viewer;
}

describe("a host", () => {
	it("tells of its devices, those from before it connected and those that come later", async () => {
		await add("fake:phone");
		host.start();
		await settled();
		expect(harness.server.devices()).toMatchObject([{ id: "phone", state: "ready" }]);
		await add("fake:tablet");
		expect(harness.server.devices().map(({ id }) => id)).toEqual(["phone", "tablet"]);
		newest().change({ name: "Renamed" });
		await settled();
		expect(stateOf("tablet")).toMatchObject({ name: "Renamed" });
	});

	it("gives a viewer an offer, takes its answer, and sends a new offer when asked", async () => {
		const viewer = await connected();
		expect(engine.track.peer.answers).toEqual(["v=0 answer"]);
		await viewer.say({ type: "restart" });
		expect(viewer.last("offer")?.sdp).toBe(engine.track.peer.offer);
		expect(engine.track.peers.map(({ closes }) => closes)).toEqual([1, 0]);
	});

	it("gives a new offer even to a viewer whose peer it had given up", async () => {
		const viewer = await connected();
		engine.track.peer.events.closed("ice-timeout");
		viewer.drain();
		await viewer.say({ type: "restart" });
		expect(viewer.heard).toMatchObject([{ type: "offer" }]);
	});

	it("closes the peer of a viewer that leaves", async () => {
		const viewer = await connected();
		await viewer.say({ type: "leave" });
		expect(engine.track.peer.closes).toBe(1);
	});

	it("ends a viewer whose answer is nonsense, and no other", async () => {
		const good = await connected();
		const bad = await harness.viewer("phone");
		const { peerId } = bad.the("offer");
		await bad.say({ type: "answer", peerId, sdp: "nonsense" });
		expect(bad.last("ended")).toMatchObject({ reason: { code: "bad-answer" }, final: false });
		expect(good.last("ended")).toBeUndefined();
	});

	it("gives pictures of frames and uses power switches, where devices have them", async () => {
		host.start();
		await add("fake:phone");
		const ask = (request: DeviceRequest, id = "phone") => harness.server.request(id, request);
		await expect(ask({ what: "power", on: true })).rejects.toMatchObject({ code: "no-power" });
		await expect(ask({ what: "bezel", name: "bare" })).rejects.toMatchObject({ code: "no-bezel" });
		const switched: boolean[] = [];
		const device = newest();
		device.setPower = async (on) => {
			if (!on) throw new PortholeError("wrong-state", "It is off.");
			switched.push(on);
		};
		const png = Buffer.from("89504e470d0a1a0a00", "hex");
		device.bezelImage = async (name) => (name === "bare" ? png : Buffer.alloc(512 * 1024 + 8));
		await ask({ what: "power", on: true });
		await expect(ask({ what: "power", on: false })).rejects.toMatchObject({ code: "wrong-state" });
		expect(switched).toEqual([true]);
		expect(Buffer.from(await ask({ what: "bezel", name: "bare" }))).toEqual(png);
		await expect(ask({ what: "bezel", name: "mask" })).rejects.toMatchObject({ code: "bad-bezel" });
		device.bezelImage = async () => Buffer.alloc(600 * 1024);
		await expect(ask({ what: "bezel", name: "mask" })).rejects.toMatchObject({ code: "bezel-too-large" });
	});

	it("gives screenshots of its own devices only", async () => {
		host.start();
		await add("fake:phone");
		expect(Buffer.from(await harness.server.request("phone", { what: "screenshot" })).toString("hex")).toBe(
			"ffd8ffd9",
		);
		await expect(harness.server.request("tablet", { what: "screenshot" })).rejects.toMatchObject({
			code: "no-such-device",
		});
	});

	it("refuses a second device of one id, closes it, and keeps the first", async () => {
		await add("fake:phone");
		await expect(add("fake:other?id=phone")).rejects.toMatchObject({ code: "device-id-taken" });
		expect(provider.devices.map(({ closes }) => closes)).toEqual([0, 1]);
	});

	it("tells the rules that a device's spec gives it, and opens none whose rules make no sense", async () => {
		host.start();
		await add("fake:phone?ask=later&control=ask");
		expect(stateOf("phone")).toMatchObject({ policy: { askFirst: "later", touchTakes: false } });
		await expect(add("fake:tablet?ask=perhaps")).rejects.toMatchObject({ code: "bad-device-spec" });
		expect(provider.devices).toHaveLength(1);
	});

	it("tells signaling of the touch that takes free control, and of connections that are poor", async () => {
		const viewer = await connected();
		engine.track.peer.reported = { lost: 0.5 };
		engine.track.peer.say({ type: "text", text: "mine" });
		await settled();
		const { viewerId } = viewer.the("welcome");
		expect(viewer.the("control")).toMatchObject({ control: { state: "held", holder: viewerId } });
		expect(newest().input.calls).toEqual([["text", "mine"]]);
		await clock.pass(2000);
		harness.clock.advance(1000);
		await settled();
		expect(viewer.the("participants")).toMatchObject({ participants: [{ viewerId, quality: "poor" }] });
	});

	it("hands on why a device could not be opened", async () => {
		provider.failure = new Error("ECONNREFUSED");
		await expect(add("fake:phone")).rejects.toMatchObject({ code: "device-not-opened" });
	});
});

describe("a host that loses signaling", () => {
	it("keeps its peers, comes back, and leaves flowing pictures alone", async () => {
		const viewer = await connected();
		viewer.drain();
		hangUp();
		await settled();
		expect(stateOf("phone")).toMatchObject({ state: "offline" });
		expect(engine.track.peer.closes).toBe(0);
		await clock.pass(250);
		expect(stateOf("phone")).toMatchObject({ state: "live" });
		expect(engine.track.peers).toHaveLength(1);
		expect(viewer.last("offer")).toBeUndefined();
		expect(log.join("")).toContain("signaling is away");
	});

	it("ends those whom a signaling server that is new does not know after a minute, and nobody else", async () => {
		await connected();
		const known = await harness.viewer("phone");
		engine.track.peer.events.connected();
		hangUp();
		await settled();
		harness = new SignalingHarness();
		await clock.pass(250);
		const { viewerId, participantKey: key } = known.the("welcome");
		await harness.viewer("phone", { participant: { viewerId, key }, media: true });
		await clock.pass(59_000, 1_000);
		expect(engine.track.peers.map(({ closes }) => closes)).toEqual([0, 0]);
		await clock.pass(1_000);
		expect(engine.track.peers.map(({ closes }) => closes)).toEqual([1, 0]);
	});

	it("makes offers to those who came meanwhile", async () => {
		await connected();
		hangUp();
		await settled();
		const late = await harness.viewer("phone");
		expect(late.last("offer")).toBeUndefined();
		await clock.pass(250);
		expect(late.last("offer")).toBeDefined();
	});

	it.each([
		["whose key is wrong", hostHello("h1", { key: "guess" })],
		["that speaks another version", hostHello("h1", { version: 99 })],
	])("does not come back when it is one %s", async (_, hello) => {
		host = makeHost(hello);
		host.start();
		await settled();
		await clock.pass(120_000, 5_000);
		expect(connections).toBe(1);
		expect(log.join("")).toContain("signaling refused this host");
	});

	it("does not fight another one of its id for the place", async () => {
		host.start();
		await settled();
		const other = makeHost();
		other.start();
		await settled();
		await clock.pass(120_000, 5_000);
		expect(connections).toBe(2);
	});
});

describe("a device that ends by itself", () => {
	const end = async () => {
		newest().end({ code: "display-vanished", message: "The display is gone." });
		await settled();
	};

	it("ends its viewers for good, stays in the list as failed with the reason, and is closed", async () => {
		const viewer = await connected();
		await end();
		expect(viewer.last("ended")).toMatchObject({ reason: { code: "display-vanished" }, final: true });
		expect(stateOf("phone")).toMatchObject({ state: "failed", note: "The display is gone." });
		expect(newest().closes).toBe(1);
		await expect(harness.server.request("phone", { what: "screenshot" })).rejects.toMatchObject({
			code: "no-such-device",
		});
	});

	it("before it was even offered is treated the same", async () => {
		host.start();
		provider.prepare = (device) => device.end({ code: "display-vanished", message: "The display is gone." });
		await add("fake:phone");
		expect(stateOf("phone")).toMatchObject({ state: "failed" });
		expect(newest().closes).toBe(1);
	});

	it("does not touch the host's other devices", async () => {
		const viewer = await connected();
		await add("fake:tablet");
		await end();
		expect(stateOf("phone")).toMatchObject({ state: "live" });
		expect(viewer.last("ended")).toBeUndefined();
	});

	it("is opened again for the next who wants it, once, however many want it", async () => {
		await connected();
		await end();
		const both = [await harness.viewer("phone"), await harness.viewer("phone")];
		await settled();
		expect(provider.devices).toHaveLength(2);
		for (const viewer of both) expect(viewer.last("offer")).toBeDefined();
		expect(stateOf("phone")).toMatchObject({ state: "live" });
	});

	it("is held, when it is open again, by whoever got control meanwhile", async () => {
		const viewer = await connected();
		await end();
		await viewer.say({ type: "control", action: "request" });
		await viewer.say({ type: "restart" });
		engine.track.peer.say({ type: "text", text: "mine" });
		const { cookie } = await harness.grant("phone", "control");
		const other = harness.connect(cookie);
		await other.say(viewerHello("phone", { token: undefined }));
		engine.track.peer.say({ type: "text", text: "not mine" });
		expect(other.last("offer")).toBeDefined();
		expect(newest().input.calls).toEqual([["text", "mine"]]);
	});

	it("is opened once also for those who come while that takes its time", async () => {
		await connected();
		await end();
		let open = () => {};
		provider.gate = new Promise((resolve) => (open = resolve));
		const both = [await harness.viewer("phone"), await harness.viewer("phone")];
		open();
		await settled();
		expect(provider.devices).toHaveLength(2);
		for (const viewer of both) {
			expect(viewer.last("offer")).toBeDefined();
			expect(viewer.last("ended")).toBeUndefined();
		}
	});

	it("tells whoever wants it why it cannot be opened again", async () => {
		await connected();
		await end();
		provider.failure = new Error("ECONNREFUSED");
		const viewer = await harness.viewer("phone");
		expect(viewer.last("ended")).toMatchObject({
			reason: { code: "device-not-opened", message: "The display is gone." },
			final: true,
		});
	});
});

describe("closing a host", () => {
	it("tells viewers why, closes devices and the engine, and does not come back", async () => {
		const viewer = await connected();
		await host.close();
		await settled();
		expect(viewer.last("ended")).toMatchObject({ reason: { code: "host-stopped" }, final: false });
		expect(viewer.last("device")).toMatchObject({ device: { state: "offline" } });
		expect([newest().closes, newest().source.closes, engine.closes]).toEqual([1, 1, 1]);
		await clock.pass(60_000, 5_000);
		expect(connections).toBe(1);
		expect(clock.pending).toBe(0);
	});

	it("waits for a device that is being opened, and closes it", async () => {
		let open = () => {};
		provider.gate = new Promise((resolve) => (open = resolve));
		const adding = host.addDevice(registry.parse("fake:phone"));
		const refused = expect(adding).rejects.toMatchObject({ code: "host-stopped" });
		let closed = false;
		const closing = host.close().then(() => (closed = true));
		await settled();
		expect(closed).toBe(false);
		open();
		await closing;
		expect(newest().closes).toBe(1);
		await refused;
	});
});
