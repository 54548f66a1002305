import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseDeviceSpec } from "../../../../server/devices/device-spec.ts";
import { HxfrServer } from "../../../../server/devices/hxfr/host/server.ts";
import { createHxfrProvider } from "../../../../server/devices/hxfr/provider.ts";
import type { AccessUnit, Device, DeviceEnd, SourceOptions } from "../../../../server/devices/provider.ts";
import { forEachNal, NAL_SPS, nalType } from "../../../../server/h264/annexb.ts";
import { parseSequenceParameters } from "../../../../server/h264/parameter-sets.ts";
import { loadAddon } from "../../../../server/native/load.ts";
import { decodeViewerMessage } from "../../../../signaling/protocol/input-codec.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";
import { FakeDevice } from "../../../fakes/fake-device.ts";
import { StockHost } from "../../../fakes/stock-host.ts";
import { PATTERN_FILE, readAccessUnits } from "../../../support/pattern-source.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const addon = loadAddon();
const recorded = readAccessUnits(readFileSync(PATTERN_FILE));
const [key, delta] = recorded as [(typeof recorded)[0], (typeof recorded)[0]];

const poll = <Value>(value: () => Value) => expect.poll(value, { timeout: 5000, interval: 2 });

async function openDevice(path: string, options = "", clock = new FakeClock()) {
	const provider = createHxfrProvider({ addon, clock });
	const device = await provider.open(parseDeviceSpec(`hxfr:unix:${path}${options}`));
	onTestFinished(() => device.close());
	return { device, clock };
}

function sink() {
	const units: AccessUnit[] = [];
	const ends: DeviceEnd[] = [];
	const options: SourceOptions = {
		...{ bitrate: 2_000_000, frameRate: 60 },
		sink: { accessUnit: (unit) => void units.push(unit), ended: (end) => void ends.push(end) },
	};
	return { units, ends, options };
}

async function withStock(generation: 1 | 2, options = "") {
	const path = join(await temporaryFolder(), "vm.sock");
	const host = new StockHost(generation);
	await host.listen(path);
	onTestFinished(() => host.close());
	return { host, path, ...(await openDevice(path, options)), ...sink() };
}

async function withOurs() {
	const path = join(await temporaryFolder(), "ours.sock");
	const clock = new FakeClock();
	const screen = new FakeDevice("screen");
	const inputs: object[] = [];
	const start = async () => {
		const host = new HxfrServer({
			...{ addon, clock, encoder: undefined },
			standardRate: () => ({ bitrate: 1_000_000, frameRate: 30 }),
			openInput: () => ({
				receive: (bytes) => void inputs.push(decodeViewerMessage(bytes)),
				release: () => {},
			}),
			clientEnded: () => {},
		});
		await host.addDevice(async () => screen);
		await host.listen({ kind: "unix", path });
		onTestFinished(() => host.close());
		return host;
	};
	const host = await start();
	return { host, start, screen, inputs, path, ...(await openDevice(path, "", clock)), ...sink() };
}

/** Time passes until something has happened: sockets do not wait for the test's clock. */
async function pass(clock: FakeClock, ms: number, until: () => boolean): Promise<void> {
	for (let left = ms; left > 0 && !until(); left -= 50) {
		clock.advance(50);
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
	expect(until()).toBe(true);
}

describe("a scanout of a stock host", () => {
	it("is subscribed to, and its pictures arrive with the time of their arrival", async () => {
		const { host, device, clock, units, options } = await withStock(2, "?scanout=3");
		const source = await device.openSource(options);
		expect(host.all("subscribe")).toMatchObject([{ scanout: 3, session: 3 }]);
		expect(host.all("enable-scanout")).toEqual([]);
		host.picture([key.data], { keyframe: true, session: 3, count: 1 });
		host.picture([delta.data], { session: 3, count: 2 });
		await poll(() => units.length).toBe(2);
		expect(units[0]).toMatchObject({ keyframe: true, width: 320, height: 240, captureTime: clock.now() });
		expect(units[1]?.encodedTime).toBe(clock.now());
		forEachNal(units[0]?.data ?? key.data, (nal) => {
			if (nalType(nal) === NAL_SPS) expect(parseSequenceParameters(nal)?.maxReorder).toBe(0);
		});
		expect(device.describe()).toMatchObject({
			kind: "hxfr",
			pixels: { width: 320, height: 240 },
			inputs: [],
		});
		expect(source).toMatchObject({ canScale: false, encoder: expect.stringContaining("bit rate") });
	});

	it("is switched on first where that is asked for", async () => {
		const { host, device, options } = await withStock(2, "?enable=1024x768");
		await device.openSource(options);
		expect(host.heard.map(({ type }) => type).filter((type) => /scanout$|^subscribe/.test(type))).toEqual([
			"enable-scanout",
			"subscribe",
		]);
		expect(host.all("enable-scanout")).toMatchObject([
			{ scanout: 1, width: 1024, height: 768, refreshRate: 60 },
		]);
	});

	it("that cannot be switched on is no source", async () => {
		const { device, options } = await withStock(2, "?enable=1024x768&scanout=0");
		await expect(device.openSource(options)).rejects.toThrow(
			expect.objectContaining({ code: "hxfr-no-scanout" }),
		);
	});

	it("is asked for a keyframe by a bit rate that differs by one", async () => {
		const { host, device, options } = await withStock(2);
		const source = await device.openSource(options);
		await poll(() => host.all("config-request").map(({ config }) => config.bitrate)).toEqual([
			2_000_000, 2_000_001,
		]);
		source.requestKeyframe("main");
		source.setRate({ bitrate: 1_000_000, frameRate: 30 });
		await poll(() => host.all("config-request").at(-1)?.config.bitrate).toBe(1_000_000);
		expect(host.all("keyframe-request")).toEqual([]);
	});

	it("shows the kept pictures once more where no keyframe comes", async () => {
		const { host, device, clock, units, options } = await withStock(2);
		const source = await device.openSource(options);
		host.picture([key.data], { keyframe: true });
		host.picture([delta.data]);
		await poll(() => units.length).toBe(2);
		source.requestKeyframe("main");
		clock.advance(299);
		expect(units).toHaveLength(2);
		clock.advance(1);
		expect(units.map(({ keyframe }) => keyframe)).toEqual([true, false, true, false]);
		source.requestKeyframe("main");
		host.picture([key.data], { keyframe: true });
		await poll(() => units.length).toBe(5);
		clock.advance(1000);
		expect(units).toHaveLength(5);
	});

	it("is let go of by ending the connection, and another is made", async () => {
		const { host, device, clock, options } = await withStock(2);
		const source = await device.openSource(options);
		await source.close();
		await poll(() => host.sockets.size).toBe(0);
		await pass(clock, 2000, () => host.sockets.size === 1);
		expect(host.all("subscribe")).toHaveLength(1);
	});

	it("is pinged well within the minute after which it would hang up", async () => {
		const { host, device, clock, options } = await withStock(2);
		await device.openSource(options);
		const before = host.all("ping").length;
		await pass(clock, 60_000, () => host.all("ping").length >= before + 2);
	});

	it("takes pieces, AVCC and junk for what they are", async () => {
		const { host, device, units, ends, options } = await withStock(2);
		await device.openSource(options);
		host.picture([Buffer.from("junk")]);
		host.picture([]);
		host.picture([key.data.subarray(0, 10)], { keyframe: true });
		const nals: Uint8Array[] = [];
		forEachNal(key.data, (nal) => void nals.push(nal));
		host.picture(nals, { keyframe: true });
		await poll(() => units.length).toBe(1);
		expect(units[0]).toMatchObject({ keyframe: true, width: 320 });
		expect(ends).toEqual([]);
	});

	it("has no screenshot", async () => {
		const { device, host } = await withStock(2);
		await poll(() => host.heard.length).toBeGreaterThan(1);
		await expect(device.screenshot()).rejects.toThrow(
			expect.objectContaining({ code: "hxfr-no-screenshot" }),
		);
	});
});

describe("a host of generation 1", () => {
	it("is found out by its silence, and then asked for picture after picture", async () => {
		const { host, device, clock, units, options } = await withStock(1, "?enable=640x480&scanout=0");
		const opening = device.openSource(options);
		await pass(clock, 10_000, () => host.all("frame-request").length === 1);
		const source = await opening;
		expect(host.all("frame-request")[0]).toMatchObject({
			resourceId: 0,
			width: 640,
			height: 480,
			forceKeyframe: true,
		});
		host.picture([key.data], { keyframe: true });
		await poll(() => units.length).toBe(1);
		await pass(clock, 100, () => host.all("frame-request").length === 2);
		expect(host.all("frame-request")[1]).toMatchObject({ forceKeyframe: false });
		source.requestKeyframe("main");
		host.picture([delta.data]);
		await poll(() => units.length).toBe(2);
		await pass(clock, 100, () => host.all("frame-request").length === 3);
		expect(host.all("frame-request")[2]).toMatchObject({ forceKeyframe: true });
		expect(source.encoder).toContain("HXFR 1");
	});

	it("that does not answer is given up, and tried again", async () => {
		const { host, device, clock, ends, options } = await withStock(1);
		const opening = device.openSource(options);
		await pass(clock, 10_000, () => host.all("frame-request").length === 1);
		await opening;
		await pass(clock, 5000, () => ends.length === 1);
		expect(ends).toMatchObject([{ code: "hxfr-silent" }]);
	});
});

describe("a scanout of one of ours", () => {
	it("tells its name, size and inputs before anybody watches", async () => {
		const { device } = await withOurs();
		await poll(() => device.describe()).toMatchObject({
			...{ name: "Fake phone", pixels: { width: 390, height: 844 } },
			...{ inputs: ["pointer", "keys", "text", "touch"], bezelStyle: "none" },
		});
	});

	it("gives pictures with the host's times, and keyframes on request", async () => {
		const { device, screen, clock, units, options } = await withOurs();
		const source = await device.openSource(options);
		expect(source.encoder).toBe("H.264 over HXFR, keyframes on request");
		await poll(() => screen.sources.length).toBe(1);
		clock.advance(5);
		const { sink: to } = screen.source.options;
		to.accessUnit({
			...key,
			captureTime: clock.now() - 4,
			encodedTime: clock.now() - 1,
			width: 320,
			height: 240,
		});
		await poll(() => units.length).toBe(1);
		expect(units[0]?.captureTime).toBeCloseTo(clock.now() - 4, 1);
		expect(units[0]?.encodedTime).toBeCloseTo(clock.now() - 1, 1);
		const before = screen.source.keyframeRequests;
		clock.advance(300);
		source.requestKeyframe("main");
		await poll(() => screen.source.keyframeRequests).toBe(before + 1);
	});

	it("takes input, and hears while something is held", async () => {
		const { device, inputs, clock } = await withOurs();
		await poll(() => device.describe().inputs.length).toBeGreaterThan(0);
		device.input.touch([{ id: 3, x: 0.5, y: 0.25 }]);
		clock.advance(250);
		device.input.touch([]);
		clock.advance(500);
		device.input.key("KeyA", true);
		device.input.text("hello");
		device.input.wheel(0, 1, 2, 3);
		device.input.key("KeyA", false);
		await poll(() => inputs.length).toBe(8);
		expect(inputs).toEqual([
			{ type: "touch", contacts: [{ id: 3, x: 0.5, y: 0.25 }] },
			...[{ type: "heartbeat" }, { type: "heartbeat" }],
			{ type: "touch", contacts: [] },
			{ type: "key", code: "KeyA", down: true },
			{ type: "text", text: "hello" },
			{ type: "wheel", x: 0, y: 1, dx: 2, dy: 3 },
			{ type: "key", code: "KeyA", down: false },
		]);
	});

	it("has screenshots", async () => {
		const { device, screen } = await withOurs();
		await poll(() => device.describe().name).toBe("Fake phone");
		expect(Buffer.from((await device.screenshot()).data)).toEqual(Buffer.of(0xff, 0xd8, 0xff, 0xd9));
		screen.screenshot = () => Promise.reject(new Error("dark"));
		await expect(device.screenshot()).rejects.toThrow(
			expect.objectContaining({ code: "hxfr-no-screenshot" }),
		);
	});

	it("that is not there is named with those that are", async () => {
		const { path, options } = await withOurs();
		const { device } = await openDevice(path, "?scanout=7");
		await expect(device.openSource(options)).rejects.toThrow(/no scanout 7.*1 \(Fake phone\)/);
	});

	it("is let go of without ending the connection", async () => {
		const { device, host, screen, clock, options } = await withOurs();
		const source = await device.openSource(options);
		await poll(() => screen.sources.length).toBe(1);
		await source.close();
		await poll(() => host.clients).toBe(1);
		await pass(clock, 8000, () => screen.source.closes === 1);
		expect(host.clients).toBe(1);
	});

	it("ends its source with the host's reason when the screen is gone", async () => {
		const { device, screen, ends, options } = await withOurs();
		await device.openSource(options);
		await poll(() => screen.sources.length).toBe(1);
		screen.end({ code: "display-vanished", message: "The display is gone." });
		await poll(() => ends).toMatchObject([{ message: "The display is gone." }]);
	});

	it("comes back when its host does, and says meanwhile why it is away", async () => {
		const { device, host, start, clock, ends, options } = await withOurs();
		await device.openSource(options);
		await host.close();
		await poll(() => ends.length).toBe(1);
		await expect(device.openSource(sink().options)).rejects.toThrow(/Could not connect to unix:/);
		expect(device.describe().note).toMatch(/Could not connect to unix:/);
		await start();
		await pass(clock, 10_000, () => device.describe().note === undefined);
		await device.openSource(sink().options);
	});
});

describe("bad hosts", () => {
	it("that speak something else are told apart, and tried again", async () => {
		const { host, device, clock } = await withStock(2);
		host.silent = true;
		await poll(() => host.sockets.size).toBe(1);
		host.raw(Buffer.from("SSH-2.0-OpenSSH_9.2p1\r\n"));
		await poll(() => device.describe().note).toMatch(/begins with 53 53 48 2d, not with HXFR/);
		await pass(clock, 2000, () => host.sockets.size === 1);
	});

	it("that take the connection and say nothing are given up", async () => {
		const path = join(await temporaryFolder(), "mute.sock");
		const host = new StockHost(2);
		host.silent = true;
		await host.listen(path);
		onTestFinished(() => host.close());
		const { device, clock } = await openDevice(path);
		await poll(() => host.heard.length).toBeGreaterThan(0);
		clock.advance(5000);
		await poll(() => device.describe().note).toMatch(/does not answer/);
	});

	it("that are half gone are noticed by a ping without an answer", async () => {
		const { host, device, clock, ends, options } = await withStock(2);
		await device.openSource(options);
		host.silent = true;
		await pass(clock, 30_000, () => ends.length === 1);
		expect(ends).toMatchObject([{ code: "hxfr-silent" }]);
	});

	it.each([
		["a picture of 4 GiB", "485846520200010 0ffffffff"],
		["a picture above 16 MiB", "48584652020001000000 0002"],
		["pieces that reach beyond", `4858465202000100 1c000000 ${"00".repeat(20)} 01000000 ffffffff`],
	])("that lie about lengths end the source with a code, and no memory is taken: %s", async (_, hex) => {
		const { host, device, ends, options } = await withStock(2);
		await device.openSource(options);
		host.raw(Buffer.from(hex.replaceAll(" ", ""), "hex"));
		await poll(() => ends).toMatchObject([{ code: "hxfr-bad-message" }]);
	});

	it("that send pictures for nobody are heard out", async () => {
		const { host, device, units, options } = await withStock(2);
		await poll(() => host.sockets.size).toBe(1);
		host.picture([key.data], { keyframe: true });
		await device.openSource(options);
		host.picture([key.data], { keyframe: true });
		await poll(() => units.length).toBe(1);
	});

	it("that report an error end the source with their words", async () => {
		const { host, device, ends, options } = await withStock(2);
		await device.openSource(options);
		host.say({ type: "error", session: 1, code: -5, message: "Error: -5" });
		await poll(() => ends).toMatchObject([
			{ code: "hxfr-refused", message: expect.stringContaining("Error: -5") },
		]);
	});
});

describe("a device", () => {
	const provider = createHxfrProvider({ addon, clock: new FakeClock() });
	const opened = async (spec: string): Promise<Device> => {
		const device = await provider.open(parseDeviceSpec(spec));
		onTestFinished(() => device.close());
		return device;
	};

	it.each([
		["hxfr:unix:/run/vm.sock", "hxfr-unix-run-vm-sock"],
		["hxfr:tcp:127.0.0.1:15937?scanout=2", "hxfr-tcp-127-0-0-1-15937.2"],
		["hxfr:hybrid:/run/v.sock:52", "hxfr-hybrid-run-v-sock-52"],
		[`hxfr:unix:/${"long/".repeat(20)}x`, expect.stringMatching(/^hxfr-[a-z-]{1,50}$/)],
		["hxfr:unix:/a?id=mine", "mine"],
	])("named %s has the id %s", async (spec, id) => {
		expect((await opened(spec)).id).toEqual(id);
	});

	it("keeps the name that it was given", async () => {
		expect((await opened("hxfr:unix:/a?name=Build%20VM")).describe().name).toBe("Build VM");
	});

	it.each([
		["hxfr:", "hxfr-bad-address"],
		["hxfr:unix:relative", "hxfr-bad-address"],
		["hxfr:vsock:any:5000", "bad-device-spec"],
		["hxfr:unix:/a?scanout=65536", "bad-device-spec"],
		["hxfr:unix:/a?scanout=x", "bad-device-spec"],
		["hxfr:unix:/a?enable=9x9", "bad-device-spec"],
		["hxfr:unix:/a?enable=big", "bad-device-spec"],
	])("is not made of %s (%s)", async (spec, code) => {
		await expect(provider.open(parseDeviceSpec(spec))).rejects.toThrow(expect.objectContaining({ code }));
	});

	it("has one source at a time, and none once it is closed", async () => {
		const { device, options } = await withStock(2);
		const source = await device.openSource(options);
		await expect(device.openSource(options)).rejects.toThrow(
			expect.objectContaining({ code: "source-open" }),
		);
		await device.close();
		await device.close();
		await source.close();
		await expect(device.openSource(options)).rejects.toThrow(
			expect.objectContaining({ code: "device-closed" }),
		);
	});
});
