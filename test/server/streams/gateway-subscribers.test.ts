import { beforeEach, describe, expect, it } from "vitest";
import type { AccessUnit, Rendition } from "../../../server/devices/provider.ts";
import { Broadcast } from "../../../server/streams/broadcast.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import { FakeDevice } from "../../fakes/fake-device.ts";
import { FakeMediaEngine } from "../../fakes/fake-media-engine.ts";

let clock: FakeClock;
let device: FakeDevice;
let engine: FakeMediaEngine;
let broadcast: Broadcast;

beforeEach(() => {
	clock = new FakeClock();
	device = new FakeDevice();
	engine = new FakeMediaEngine();
	const rate = { bitrate: 4_000_000, frameRate: 60 };
	broadcast = new Broadcast(device, { engine, clock, rate, changed() {}, accessUnit() {} });
});

async function watch(rendition: Rendition = "main") {
	const units: AccessUnit[] = [];
	const watching = broadcast.watch({ rendition, unit: (unit) => units.push(unit) });
	await settled();
	return { units, ...watching };
}

/** A frame that refers to others. */
function delta(captureTime: number, rendition?: Rendition): AccessUnit {
	const unit = {
		...{ data: Uint8Array.of(0, 0, 0, 1, 0x41), captureTime, encodedTime: captureTime + 1, keyframe: false },
		...{ width: 390, height: 844 },
		...(rendition && { rendition }),
	};
	device.source.options.sink.accessUnit(unit);
	return unit;
}

describe("a gateway's client that looks", () => {
	it("has the source run while it does, without any page, and makes it linger after", async () => {
		const one = await watch();
		expect(device.source.rates).toEqual([]);
		engine.track.events.targetBitrates({});
		expect(device.source.rates).toEqual([]);
		one.close();
		one.close();
		expect(device.source.rates).toEqual([undefined]);
		clock.advance(5_000);
		await settled();
		expect(device.source.closes).toBe(1);
	});

	it("gets pictures from a keyframe on, whenever it comes", async () => {
		const first = await watch();
		device.source.give(1);
		delta(2);
		const second = await watch();
		expect(device.source.keyframeRequests).toBe(1);
		delta(3);
		device.source.give(4);
		delta(5);
		expect(first.units.map(({ captureTime }) => captureTime)).toEqual([1, 2, 3, 4, 5]);
		expect(second.units.map(({ captureTime }) => captureTime)).toEqual([4, 5]);
		first.close();
		delta(6);
		expect([first.units.length, second.units.length]).toEqual([5, 3]);
	});

	it("asks for keyframes together with the pages", async () => {
		const one = await watch();
		const { source } = device;
		clock.advance(1_000);
		one.requestKeyframe();
		engine.track.events.keyframeNeeded("main");
		one.requestKeyframe();
		expect(source.keyframeRequests).toBe(1);
		source.give(clock.now());
		clock.advance(250);
		one.requestKeyframe();
		expect(source.keyframeRequests).toBe(2);
		source.give(clock.now());
	});

	it("says the rate where no page does, and takes the pages' rate where they do", async () => {
		await watch();
		const { source } = device;
		const slow = await watch();
		slow.setBitrate(1_000_000);
		expect(source.rates).toEqual([]);
		const targetBitrates = (main: number | undefined) =>
			engine.track.events.targetBitrates(main === undefined ? {} : { main });
		targetBitrates(2_000_000);
		targetBitrates(500_000);
		targetBitrates(undefined);
		expect(source.rates.map((rate) => rate?.bitrate)).toEqual([2_000_000, 500_000, 4_000_000]);
	});

	it("has the small rendition made while somebody wants it, and only then", async () => {
		const main = await watch();
		const small = await watch("small");
		small.setBitrate(200_000);
		const { source } = device;
		expect(source.smallRates.map((rate) => rate?.bitrate)).toEqual([1_000_000, 200_000]);
		source.give(1);
		source.give(2, "small");
		delta(3, "small");
		expect(small.units.map(({ captureTime }) => captureTime)).toEqual([2, 3]);
		expect(main.units.map(({ captureTime }) => captureTime)).toEqual([1]);
		small.close();
		expect(source.smallRates.at(-1)).toBeUndefined();
	});

	it("gets the main rendition of a source that has no other", async () => {
		device.canScale = false;
		const small = await watch("small");
		device.source.give(1);
		expect(small.units).toHaveLength(1);
		expect(device.source.smallRates).toEqual([]);
	});
});
