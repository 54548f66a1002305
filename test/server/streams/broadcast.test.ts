import { beforeEach, describe, expect, it } from "vitest";
import type { AccessUnit, DeviceEnd } from "../../../server/devices/provider.ts";
import { Broadcast } from "../../../server/streams/broadcast.ts";
import type { TargetBitrates } from "../../../server/webrtc/media.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import { FakeDevice } from "../../fakes/fake-device.ts";
import { FakeMediaEngine } from "../../fakes/fake-media-engine.ts";

const LINGER = 5_000;
const RETRY_AFTER = 2_000;

let clock: FakeClock;
let device: FakeDevice;
let engine: FakeMediaEngine;
let changes: { encoder?: string; failure?: DeviceEnd }[];
let units: AccessUnit[];
let broadcast: Broadcast;

beforeEach(() => {
	clock = new FakeClock();
	device = new FakeDevice();
	engine = new FakeMediaEngine();
	changes = [];
	units = [];
	broadcast = new Broadcast(device, {
		engine,
		clock,
		rate: { frameRate: 30 },
		encoder: "x264",
		changed: (state) => changes.push(state),
		accessUnit: (unit) => units.push(unit),
	});
});

async function join() {
	broadcast.join();
	await settled();
}

/** The device says that its source is gone. */
const fail = () => device.source.options.sink.ended({ code: "encoder-died", message: "It died." });

describe("a broadcast", () => {
	it("has a track from the start and a source only once somebody watches", async () => {
		expect(engine.tracks).toHaveLength(1);
		await settled();
		expect(device.sources).toHaveLength(0);
		await join();
		expect(device.sources).toHaveLength(1);
		expect(device.source.options).toMatchObject({ frameRate: 30, bitrate: 1_500_000, encoder: "x264" });
		expect(changes).toEqual([{ encoder: device.source.encoder }]);
	});

	it("has one source for all who watch", async () => {
		await Promise.all([join(), join()]);
		await join();
		expect(device.sources).toHaveLength(1);
	});

	it("takes each picture to the track and asks the source for keyframes", async () => {
		await join();
		const unit = device.source.give(clock.now());
		expect(engine.track.units).toEqual([unit]);
		expect(units).toEqual([unit]);
		engine.track.events.keyframeNeeded("main");
		expect(device.source.keyframeRequests).toBe(1);
	});

	it("lets its source run on for five seconds after the last has left, for a reload", async () => {
		await join();
		await join();
		broadcast.leave();
		await clock.pass(LINGER);
		expect(device.source.closes).toBe(0);
		broadcast.leave();
		await clock.pass(LINGER - 1);
		await join();
		await clock.pass(LINGER);
		expect(device.source.closes).toBe(0);
		broadcast.leave();
		await clock.pass(LINGER);
		expect(device.source.closes).toBe(1);
		await join();
		expect(device.sources).toHaveLength(2);
	});

	it("opens its next source only when the one before has closed", async () => {
		device.closesSlowly = true;
		await join();
		broadcast.leave();
		await clock.pass(LINGER);
		await join();
		expect(device.sources).toHaveLength(1);
		device.source.finishClose();
		await settled();
		expect(device.sources).toHaveLength(2);
	});

	it("stops a source that took so long to open that everybody had left", async () => {
		let open = () => {};
		device.gate = new Promise((resolve) => (open = resolve));
		await join();
		broadcast.leave();
		await clock.pass(60_000);
		open();
		await settled();
		expect(device.source.closes).toBe(0);
		await clock.pass(LINGER);
		expect(device.source.closes).toBe(1);
	});

	it("asks no keyframe of a source that is not there", () => {
		expect(() => engine.track.events.keyframeNeeded("main")).not.toThrow();
	});
});

describe("a broadcast's source", () => {
	const main = { bitrate: 1_500_000, frameRate: 30 };
	const small = { bitrate: 375_000, frameRate: 15 };
	const targetBitrates = (wanted: TargetBitrates) => engine.track.events.targetBitrates(wanted);

	it("makes the main rendition alone until the viewers say what they can take", async () => {
		await join();
		expect(engine.track.maxBitrates).toEqual({ main: main.bitrate, small: small.bitrate });
		expect([device.source.rates, device.source.smallRates]).toEqual([[], []]);
	});

	it("makes what they can take, and no more than is of use", async () => {
		await join();
		targetBitrates({ main: 900_000.4, small: 300_000 });
		targetBitrates({ main: 9e9, small: 9e9 });
		targetBitrates({ main: 1, small: 1 });
		targetBitrates({ small: 200_000 });
		targetBitrates({});
		targetBitrates({ main: 1e6 });
		const { rates, smallRates } = device.source;
		expect(rates).toEqual([
			{ ...main, bitrate: 900_000 },
			main,
			{ ...main, bitrate: 50_000 },
			undefined,
			{ ...main, bitrate: 1_000_000 },
		]);
		expect(smallRates).toEqual([
			{ ...small, bitrate: 300_000 },
			small,
			{ ...small, bitrate: 50_000 },
			{ ...small, bitrate: 200_000 },
			undefined,
		]);
	});

	it("is not bothered when they want the same again", async () => {
		await join();
		targetBitrates({ main: main.bitrate });
		targetBitrates({ main: 1e6, small: 2e5 });
		targetBitrates({ main: 1e6, small: 2e5 });
		expect([device.source.rates.length, device.source.smallRates.length]).toEqual([1, 1]);
	});

	it("that is opened anew makes at once what is wanted", async () => {
		await join();
		targetBitrates({ small: 200_000 });
		fail();
		await clock.pass(RETRY_AFTER);
		expect(device.sources).toHaveLength(2);
		expect(device.source.rates).toEqual([undefined]);
		expect(device.source.smallRates).toEqual([{ ...small, bitrate: 200_000 }]);
	});

	it("gets the rates of its new size", async () => {
		await join();
		targetBitrates({ main: 20e6, small: 20e6 });
		device.change({ pixels: { width: 1920, height: 1080 } });
		broadcast.deviceChanged();
		expect(engine.track.maxBitrates).toEqual({ main: 4_478_976, small: 1_119_744 });
		expect(device.source.rates.at(-1)).toEqual({ bitrate: 4_478_976, frameRate: 30 });
		expect(device.source.smallRates.at(-1)).toEqual({ bitrate: 1_119_744, frameRate: 15 });
	});

	it("that cannot scale is asked for no small rendition", async () => {
		device.canScale = false;
		await join();
		targetBitrates({ main: 1e6, small: 2e5 });
		expect(engine.track.maxBitrates).toEqual({ main: main.bitrate });
		expect(device.source.smallRates).toEqual([]);
	});

	it("is asked for keyframes of the rendition that needs one", async () => {
		await join();
		engine.track.events.keyframeNeeded("small");
		expect([device.source.keyframeRequests, device.source.smallKeyframeRequests]).toEqual([0, 1]);
	});

	it("is told nothing while there is none", () => {
		targetBitrates({ main: 1e6 });
		broadcast.deviceChanged();
		expect(engine.track.maxBitrates).toBeUndefined();
	});
});

describe("a broadcast whose source fails", () => {
	it("tells why, and tries again in two seconds", async () => {
		await join();
		const lost = device.source;
		fail();
		expect(changes.at(-1)).toEqual({ failure: { code: "encoder-died", message: "It died." } });
		expect(lost.closes).toBe(1);
		await clock.pass(RETRY_AFTER);
		expect(device.sources).toHaveLength(2);
		expect(changes.at(-1)).toEqual({ encoder: device.source.encoder });
	});

	it.each([
		[new PortholeError("display-unreachable", "No display."), "display-unreachable"],
		[new Error("bang"), "source-failed"],
	])("at once, with %s, tells %s and tries again", async (failure, code) => {
		device.failure = failure;
		await join();
		expect(changes).toEqual([{ failure: { code, message: failure.message } }]);
		await clock.pass(RETRY_AFTER);
		expect(device.sources).toHaveLength(1);
	});

	it("is not kept from trying again by somebody who comes meanwhile", async () => {
		device.failure = new Error("bang");
		await join();
		await join();
		await clock.pass(RETRY_AFTER);
		expect(device.sources).toHaveLength(1);
	});

	it("waits for somebody to come back before it tries again", async () => {
		await join();
		fail();
		broadcast.leave();
		await clock.pass(60_000);
		expect(device.sources).toHaveLength(1);
		await join();
		expect(device.sources).toHaveLength(2);
	});

	it("before it was even open is not taken for running", async () => {
		const open = device.openSource.bind(device);
		device.openSource = async (options) => {
			const source = await open(options);
			options.sink.ended({ code: "vanished", message: "Gone." });
			return source;
		};
		await join();
		expect(changes).toEqual([{ failure: { code: "vanished", message: "Gone." } }]);
		expect(device.source.closes).toBe(1);
		await clock.pass(RETRY_AFTER);
		expect(device.sources).toHaveLength(2);
	});
});

describe("closing a broadcast", () => {
	it("closes source and track once, and leaves no timer", async () => {
		await join();
		await Promise.all([broadcast.close(), broadcast.close()]);
		expect([device.source.closes, engine.track.closes]).toEqual([1, 1]);
		broadcast.leave();
		await join();
		expect(device.sources).toHaveLength(1);
		expect(clock.pending).toBe(0);
	});

	it("waits for a source that is being opened, and closes it", async () => {
		broadcast.join();
		await broadcast.close();
		expect(device.sources).toHaveLength(1);
		expect(device.source.closes).toBe(1);
	});

	it("ends the waiting for another try", async () => {
		await join();
		fail();
		await broadcast.close();
		await clock.pass(60_000);
		expect(device.sources).toHaveLength(1);
		expect(clock.pending).toBe(0);
	});

	it("hears nothing more of its source", async () => {
		await join();
		await broadcast.close();
		const count = changes.length;
		fail();
		expect(changes).toHaveLength(count);
	});
});

describe("a broadcast of a device with a power switch", () => {
	it("opens nothing while it is off, and at once when it starts", async () => {
		device.facts = { ...device.facts, power: "off" };
		await join();
		await clock.pass(60_000, 1_000);
		expect([device.sources.length, changes]).toEqual([0, []]);
		device.facts = { ...device.facts, power: "starting" };
		device.failure = new PortholeError("no-framebuffer-port", "It has no screen yet.");
		broadcast.deviceChanged();
		await settled();
		expect(device.sources).toHaveLength(0);
		device.facts = { ...device.facts, power: "on" };
		broadcast.deviceChanged();
		await settled();
		expect(device.sources).toHaveLength(1);
	});

	it("does not try again what ended as it was switched off, nor opens for nobody", async () => {
		device.facts = { ...device.facts, power: "on" };
		broadcast = new Broadcast(device, {
			engine,
			clock,
			rate: {},
			changed: (state) => changes.push(state),
			accessUnit: () => {},
		});
		await join();
		device.facts = { ...device.facts, power: "off" };
		fail();
		broadcast.deviceChanged();
		await clock.pass(60_000, 1_000);
		expect(device.sources).toHaveLength(1);
		broadcast.leave();
		device.facts = { ...device.facts, power: "on" };
		broadcast.deviceChanged();
		await settled();
		expect(device.sources).toHaveLength(1);
	});
});
