import { beforeEach, describe, expect, it } from "vitest";
import type { AccessUnit, DeviceEnd } from "../../../../server/devices/provider.ts";
import type { WhipDevice } from "../../../../server/devices/whip/device.ts";
import { publishDevice } from "../../../../server/devices/whip/publish.ts";
import { FakeIncomingStream } from "../../../fakes/fake-incoming-stream.ts";

let stream: FakeIncomingStream;
let device: WhipDevice;
let given: AccessUnit[];
let dropped: number;

beforeEach(async () => {
	given = [];
	dropped = 0;
	const made = await publishDevice(
		"cam",
		"offer",
		async (offer, events) => {
			stream = new FakeIncomingStream(offer, events);
			return stream;
		},
		() => dropped++,
	);
	device = made.device;
	expect(made.answer).toBe("answer to offer");
});

const openSource = () =>
	device.openSource({
		bitrate: 1,
		frameRate: 60,
		sink: { accessUnit: (unit) => given.push(unit), ended() {} },
	});

describe("the device of a published stream", () => {
	it("is called by its id, takes no input, and waits for a picture", () => {
		expect(device.describe()).toMatchObject({ name: "cam", kind: "whip", inputs: [], buttons: [] });
		expect(device.describe().note).toMatch(/first picture/);
		device.input.pointer(0, 0, 1);
		device.input.key("KeyA", true);
	});

	it("has the size of its pictures", () => {
		let changes = 0;
		device.onChange(() => changes++);
		stream.frame(true);
		stream.frame(false);
		stream.frame(true, 1920, 1080);
		expect(changes).toBe(2);
		expect(device.describe()).toMatchObject({ pixels: { width: 1920, height: 1080 } });
		expect(device.describe().note).toBeUndefined();
	});

	it("passes pictures on unchanged, from a keyframe on that it asks for", async () => {
		stream.frame(true);
		const source = await openSource();
		expect(source.canScale).toBe(false);
		expect(stream.keyframeRequests).toBe(1);
		stream.frame(false);
		const first = stream.frame(true);
		const second = stream.frame(false);
		expect(given).toEqual([first, second]);
		expect(given[0]?.data).toBe(first.data);
		source.requestKeyframe("main");
		expect(stream.keyframeRequests).toBe(2);
	});

	it("rests while nobody takes its rate, and begins again with a keyframe", async () => {
		const source = await openSource();
		stream.frame(true);
		source.setRate(undefined);
		stream.frame(true);
		source.setRate({ bitrate: 3_000_000, frameRate: 30 });
		stream.frame(false);
		expect(given).toHaveLength(1);
		expect(stream.keyframeRequests).toBe(2);
		stream.frame(true);
		expect(given).toHaveLength(2);
		expect(stream.limits).toEqual([3_000_000]);
	});

	it("has one source at a time, and none after its end", async () => {
		const source = await openSource();
		await expect(openSource()).rejects.toMatchObject({ code: "source-open" });
		await source.close();
		await source.close();
		stream.frame(true);
		expect(given).toEqual([]);
		await openSource();
		stream.events.ended("left");
		await expect(openSource()).rejects.toMatchObject({ code: "device-closed" });
	});

	it.each([
		["left", "publisher-left", /stopped sending/],
		["silent", "publisher-silent", /heard/],
		["connect-timeout", "publisher-connect-timeout", /never connected/],
		["host-failed", "publisher-host-failed", /error of this host/],
	])("ends when its publisher is %s, and says so", (reason, code, words) => {
		const ends: DeviceEnd[] = [];
		device.onEnd((end) => ends.push(end));
		stream.events.ended(reason);
		stream.events.ended(reason);
		device.onEnd((end) => ends.push(end));
		expect(ends.map((end) => end.code)).toEqual([code, code]);
		expect(ends[0]?.message).toMatch(words);
	});

	it("closes its stream, once, and has no screenshots", async () => {
		await expect(device.screenshot()).rejects.toMatchObject({ code: "no-screenshot" });
		await openSource();
		await device.close();
		await device.close();
		expect(stream.closes).toBe(1);
		stream.events.dropped();
		expect(dropped).toBe(1);
	});
});
