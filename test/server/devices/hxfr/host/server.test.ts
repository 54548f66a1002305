import { randomBytes } from "node:crypto";
import { duplexPair } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import {
	HxfrServer,
	type HxfrServerOptions,
	MAX_CLIENTS,
} from "../../../../../server/devices/hxfr/host/server.ts";
import { FORMAT, type FrameRequest, type Message } from "../../../../../server/devices/hxfr/wire/message.ts";
import { loadAddon } from "../../../../../server/native/load.ts";
import { decodeViewerMessage, encodeViewerMessage } from "../../../../../signaling/protocol/input-codec.ts";
import { FakeClock, settled } from "../../../../fakes/fake-clock.ts";
import { FakeDevice } from "../../../../fakes/fake-device.ts";
import { decode } from "../../../../support/decoded-frame.ts";
import { HxfrClient } from "../../../../support/hxfr-client.ts";

const RATE = { bitrate: 1_000_000, frameRate: 30 };

async function setUp(
	devices = [new FakeDevice("one"), new FakeDevice("two")],
	more: Partial<HxfrServerOptions> = {},
) {
	const clock = new FakeClock();
	const ended: string[] = [];
	const inputs: [string, unknown][] = [];
	const host = new HxfrServer({
		addon: loadAddon(),
		clock,
		encoder: undefined,
		standardRate: () => RATE,
		openInput: (client) => ({
			receive: (bytes) => void inputs.push([client, decodeViewerMessage(bytes).type]),
			release: () => void inputs.push([client, "let go"]),
		}),
		clientEnded: (_, why) => void ended.push(why.code),
		...more,
	});
	for (const device of devices) await host.addDevice(async () => device);
	onTestFinished(() => host.close());
	const join = () => {
		const [near, far] = duplexPair();
		host.accept(far);
		return new HxfrClient(near);
	};
	return { host, clock, ended, inputs, join, devices, device: devices[0] as FakeDevice };
}

const subscribe = (scanout: number): Message => ({ type: "subscribe", session: scanout, scanout });
const config = (part: object): Message => ({
	type: "config-request",
	session: 1,
	config: {
		...{ width: 0, height: 0, bitrate: 0, frameRate: { numerator: 0, denominator: 0 } },
		...{ profile: 66, level: 0, realtime: true },
		...part,
	},
});

describe("the HXFR server, to a client of generation 2", () => {
	it("pushes a scanout's pictures from the first keyframe on", async () => {
		const { join, device, clock } = await setUp();
		const client = join();
		client.say(subscribe(1));
		expect(await client.until("subscribe-response")).toEqual({
			...{ type: "subscribe-response", session: 1, scanout: 1, success: true },
		});
		await expect.poll(() => device.sources.length).toBe(1);
		const unit = device.source.give(clock.now());
		const picture = await client.until("frame-response");
		expect(picture).toMatchObject({ session: 1, keyframe: true, pieces: [Buffer.from(unit.data)] });
		// Stock clients know one time only.
		expect(picture.pts).toBe(BigInt(clock.now()) * 1_000_000n);
		expect(picture.dts).toBe(picture.pts);
	});

	it("says no to a scanout that is not there, and stays", async () => {
		const { join } = await setUp();
		const client = join();
		for (const scanout of [0, 3, 0xffffffff]) client.say(subscribe(scanout));
		await client.until("subscribe-response", 3);
		expect(client.all("subscribe-response").map(({ success }) => success)).toEqual([false, false, false]);
		client.say({ type: "ping", session: 5 });
		expect(await client.until("pong")).toMatchObject({ session: 5 });
	});

	it("takes a second subscription in place of the first", async () => {
		const { join, devices, clock } = await setUp();
		const [one, two] = devices as [FakeDevice, FakeDevice];
		const client = join();
		client.say(subscribe(1));
		await client.until("subscribe-response");
		client.say(subscribe(2));
		await client.until("subscribe-response", 2);
		await expect.poll(() => two.sources.length).toBe(1);
		one.source.give(clock.now());
		two.source.give(clock.now());
		expect(await client.until("frame-response")).toMatchObject({ session: 2 });
		await settled();
		expect(client.all("frame-response")).toHaveLength(1);
	});

	it("has one source a scanout, which ends some time after the last subscriber", async () => {
		const { join, device, clock } = await setUp();
		const clients = [join(), join(), join()];
		for (const client of clients) client.say(subscribe(1));
		await Promise.all(clients.map((client) => client.until("subscribe-response")));
		await expect.poll(() => device.sources.length).toBe(1);
		device.source.give(clock.now());
		await Promise.all(clients.map((client) => client.until("frame-response")));
		for (const client of clients) client.stream.destroy();
		await settled();
		expect(device.source.closes).toBe(0);
		await clock.pass(6000, 100);
		expect(device.source.closes).toBe(1);
		expect(device.sources).toHaveLength(1);
	});

	it("keeps to the lowest rates that its subscribers ask for", async () => {
		const { join, device } = await setUp();
		const rates: unknown[] = [];
		const [one, other] = [join(), join()];
		one.say({ type: "hello", session: 0, version: 1 });
		for (const client of [one, other]) client.say(subscribe(1));
		await Promise.all([one, other].map((client) => client.until("subscribe-response")));
		await expect.poll(() => device.sources.length).toBe(1);
		device.source.setRate = (...rate: unknown[]) => void rates.push(...rate);
		one.say(config({ bitrate: 500_000, frameRate: { numerator: 20, denominator: 1 } }));
		expect(await one.until("config-response")).toMatchObject({
			config: {
				width: 390,
				height: 844,
				bitrate: 500_000,
				frameRate: { numerator: 20_000, denominator: 1000 },
			},
		});
		other.say(config({ bitrate: 800_000, frameRate: { numerator: 10, denominator: 1 } }));
		await expect.poll(() => rates.at(-1)).toEqual({ bitrate: 500_000, frameRate: 10 });
		one.stream.destroy();
		await expect.poll(() => rates.at(-1)).toEqual({ bitrate: 800_000, frameRate: 10 });
		// 390×844 are 1325 macroblocks: level 2.0 has 11880 of them a second, and 2 Mbit/s.
		other.say(config({ bitrate: 5_000_000, level: 20 }));
		await expect.poll(() => rates.at(-1)).toEqual({ bitrate: 2_000_000, frameRate: 11_880 / 1325 });
		expect(other.all("config-response")).toEqual([]);
	});

	it("gives small pictures to who asks for half the size, and whole ones to the others", async () => {
		const { join, device, clock } = await setUp();
		const [one, other] = [join(), join()];
		for (const client of [one, other]) {
			client.say({ type: "hello", session: 0, version: 1 });
			client.say(subscribe(1));
			await client.until("subscribe-response");
		}
		await expect.poll(() => device.sources.length).toBe(1);
		const small: unknown[] = [];
		device.source.setSmallRate = (...rate: unknown[]) => void small.push(...rate);
		one.say(config({ width: 195, height: 422, bitrate: 300_000 }));
		const { config: got } = await one.until("config-response");
		expect(got).toMatchObject({ width: 195, height: 422 });
		expect(small).toEqual([{ bitrate: 300_000, frameRate: 30 }]);
		const times = { captureTime: clock.now(), encodedTime: clock.now(), keyframe: true };
		const { sink } = device.source.options;
		sink.accessUnit({ ...times, data: Buffer.of(1), width: 390, height: 844 });
		sink.accessUnit({ ...times, data: Buffer.of(2), width: 195, height: 422, rendition: "small" });
		expect((await one.until("frame-response")).pieces).toEqual([Buffer.of(2)]);
		expect((await other.until("frame-response")).pieces).toEqual([Buffer.of(1)]);
		one.say(config({ width: 390, height: 844 }));
		await expect.poll(() => small).toEqual([{ bitrate: 300_000, frameRate: 30 }, undefined]);
		expect((await one.until("config-response", 2)).config).toMatchObject({ width: 390, height: 844 });
	});

	it("heeds requests for keyframes, and gathers those that come together", async () => {
		const { join, device, clock } = await setUp();
		const client = join();
		client.say(subscribe(1));
		await client.until("subscribe-response");
		await expect.poll(() => device.sources.length).toBe(1);
		const before = device.source.keyframeRequests;
		for (let count = 0; count < 20; count++) client.say({ type: "keyframe-request", session: 1 });
		await clock.pass(300, 10);
		await expect.poll(() => device.source.keyframeRequests - before).toBe(1);
		client.say({ type: "keyframe-request", session: 1 });
		await clock.pass(300, 10);
		await expect.poll(() => device.source.keyframeRequests - before).toBe(2);
	});

	it("tells the connector of a scanout that is switched on, and refuses the machine's console", async () => {
		const { join } = await setUp();
		const client = join();
		const enable = {
			type: "enable-scanout",
			session: 0,
			width: 1920,
			height: 1080,
			refreshRate: 60,
		} as const;
		client.say({ ...enable, scanout: 2 });
		expect(await client.until("scanout-response")).toMatchObject({
			scanout: 2,
			success: true,
			connector: "Virtual-3",
		});
		client.say({ ...enable, scanout: 0 });
		expect(await client.until("scanout-response", 2)).toMatchObject({ scanout: 0, success: false });
		client.say({ type: "disable-scanout", session: 0, scanout: 2 });
		client.say({ type: "ping", session: 0 });
		await client.until("pong");
	});

	it("ends the connection with words when the scanout is gone, as stock clients know no more", async () => {
		const { join, device } = await setUp();
		const client = join();
		client.say(subscribe(1));
		await client.until("subscribe-response");
		device.end({ code: "display-vanished", message: "The display is gone." });
		expect(await client.until("error")).toMatchObject({ code: -99, message: "The display is gone." });
		await client.untilClosed();
	});
});

describe("the HXFR server, to one of ours", () => {
	async function greeted(...args: Parameters<typeof setUp>) {
		const all = await setUp(...args);
		const client = all.join();
		client.say({ type: "hello", session: 0, version: 1 });
		await client.until("scanouts");
		return { ...all, client };
	}

	it("lists its scanouts, and again when one changes", async () => {
		const { client, device } = await greeted();
		expect(client.all("scanouts")[0]).toEqual({
			...{ type: "scanouts", session: 0, version: 1, features: 7 },
			scanouts: [
				{ id: 1, width: 390, height: 844, inputs: 0b11101, name: "Fake phone" },
				{ id: 2, width: 390, height: 844, inputs: 0b11101, name: "Fake phone" },
			],
		});
		device.change({ pixels: { width: 844, height: 390 } });
		expect((await client.until("scanouts", 2)).scanouts[0]).toMatchObject({ width: 844, height: 390 });
	});

	it("tells when a picture was captured and when it was coded", async () => {
		const { client, device, clock } = await greeted();
		client.say(subscribe(1));
		await client.until("subscribe-response");
		await expect.poll(() => device.sources.length).toBe(1);
		device.source.give(clock.now());
		const { pts, dts } = await client.until("frame-response");
		expect(dts - pts).toBe(3_000_000n);
	});

	it("passes input on, and lets go when the client is gone", async () => {
		const { client, inputs } = await greeted();
		const input = encodeViewerMessage({ type: "pointer", x: 0.5, y: 0.5, buttons: 1 });
		client.say({ type: "input", session: 2, scanout: 2, input });
		client.say({ type: "input", session: 9, scanout: 9, input });
		await expect.poll(() => inputs).toEqual([["client 1", "pointer"]]);
		client.stream.destroy();
		await expect.poll(() => inputs.at(-1)).toEqual(["client 1", "let go"]);
	});

	it("sends screenshots, and none where there is none", async () => {
		const { client, device } = await greeted();
		client.say({ type: "screenshot-request", session: 1, scanout: 1 });
		expect((await client.until("screenshot")).jpeg).toEqual(Buffer.of(0xff, 0xd8, 0xff, 0xd9));
		device.screenshot = () => Promise.reject(new Error("dark"));
		client.say({ type: "screenshot-request", session: 1, scanout: 1 });
		expect((await client.until("screenshot", 2)).jpeg).toHaveLength(0);
		client.say({ type: "screenshot-request", session: 8, scanout: 8 });
		expect((await client.until("screenshot", 3)).jpeg).toHaveLength(0);
	});

	it("says that a device has ended, opens it again, and takes a new subscription", async () => {
		const first = new FakeDevice("one");
		const second = new FakeDevice("one");
		const { host, clock, join } = await setUp([]);
		const opened = [first, second];
		await host.addDevice(async () => opened.shift() as FakeDevice);
		const client = join();
		client.say({ type: "hello", session: 0, version: 1 });
		client.say(subscribe(1));
		await client.until("subscribe-response");
		first.end({ code: "display-vanished", message: "The display is gone." });
		expect(await client.until("scanout-ended")).toMatchObject({ scanout: 1, reason: "The display is gone." });
		expect((await client.until("scanouts", 2)).scanouts).toEqual([]);
		client.say(subscribe(1));
		expect(await client.until("subscribe-response", 2)).toMatchObject({ success: false });
		await clock.pass(2100, 100);
		expect((await client.until("scanouts", 3)).scanouts).toHaveLength(1);
		client.say(subscribe(1));
		expect(await client.until("subscribe-response", 3)).toMatchObject({ success: true });
		await expect.poll(() => second.sources.length).toBe(1);
		expect(first.closes).toBe(1);
	});

	it("says that a source has failed, and opens another for who subscribes again", async () => {
		const { client, device } = await greeted();
		device.failure = new Error("no encoder");
		client.say(subscribe(1));
		expect(await client.until("scanout-ended")).toMatchObject({ reason: "no encoder" });
		client.say(subscribe(1));
		await expect.poll(() => device.sources.length).toBe(1);
		device.source.options.sink.ended({ code: "capture-failed", message: "refused to be read" });
		expect(await client.until("scanout-ended", 2)).toMatchObject({ reason: "refused to be read" });
	});
});

describe("the HXFR server, to a client of generation 1", () => {
	const picture = (
		width: number,
		height: number,
		format: keyof typeof FORMAT,
		pixels?: Buffer,
	): FrameRequest => ({
		...{ type: "frame-request", resourceId: 0, width, height, format: FORMAT[format] },
		...{ stride: format === "nv12" ? width : width * 4, pts: 77n, duration: 0n, forceKeyframe: false },
		...(pixels ? { pixels } : {}),
	});
	const grey = (width: number, height: number) => Buffer.alloc(width * height * 4, 128);

	it.each(["bgra", "rgba", "nv12"] as const)("codes the %s pixels that it sends", async (format) => {
		const { join } = await setUp();
		const client = join();
		const [width, height] = [64, 48];
		const pixels = Buffer.alloc(format === "nv12" ? (width * height * 3) / 2 : width * height * 4, 128);
		const units: Uint8Array[] = [];
		for (let count = 1; count <= 3; count++) {
			client.say({ session: 1, ...picture(width, height, format, pixels), pts: BigInt(count) });
			const answer = await client.until("frame-response", count);
			expect(answer).toMatchObject({
				session: 1,
				pts: BigInt(count),
				dts: BigInt(count),
				keyframe: count === 1,
			});
			units.push(...answer.pieces);
		}
		const decoded = decode(units);
		expect(decoded[0]).toMatchObject({ width, height });
		// Grey of 128 is 126 in limited range; NV12 is taken as it is.
		expect(Math.abs((decoded.at(-1)?.y[1000] ?? 0) - (format === "nv12" ? 128 : 126))).toBeLessThan(4);
	});

	it("makes a keyframe when it is asked, and a new stream for a new size", async () => {
		const { join } = await setUp();
		const client = join();
		client.say({ session: 1, ...picture(64, 48, "bgra", grey(64, 48)) });
		await client.until("frame-response");
		client.say({ session: 1, ...picture(64, 48, "bgra", grey(64, 48)), forceKeyframe: true });
		expect(await client.until("frame-response", 2)).toMatchObject({ keyframe: true });
		client.say({ session: 1, ...picture(32, 32, "bgra", grey(32, 32)) });
		const third = await client.until("frame-response", 3);
		expect(third).toMatchObject({ keyframe: true });
		expect(decode(third.pieces)[0]).toMatchObject({ width: 32, height: 32 });
	});

	it("answers one after the other when several are sent at once", async () => {
		const { join } = await setUp();
		const client = join();
		for (let pts = 1n; pts <= 5n; pts++)
			client.say({ session: 1, ...picture(64, 48, "bgra", grey(64, 48)), pts });
		await client.until("frame-response", 5);
		expect(client.all("frame-response").map(({ pts }) => pts)).toEqual([1n, 2n, 3n, 4n, 5n]);
		expect(client.all("error")).toEqual([]);
	});

	it("says what is wrong with pixels and goes on", async () => {
		const { join } = await setUp();
		const client = join();
		const wrong: FrameRequest[] = [
			picture(64, 48, "bgra", Buffer.alloc(10)),
			picture(8, 8, "bgra", grey(8, 8)),
			picture(9000, 16, "bgra", grey(64, 48)),
			picture(0, 0, "bgra", grey(64, 48)),
			{ ...picture(64, 48, "bgra", grey(64, 48)), stride: 4 },
			{ ...picture(64, 48, "bgra", grey(64, 48)), stride: 0xffffffff },
			{ ...picture(64, 48, "bgra", grey(64, 48)), format: 1234 },
			picture(64, 48, "nv12", Buffer.alloc(64 * 48)),
		];
		for (const request of wrong) client.say({ session: 1, ...request });
		await client.until("error", wrong.length);
		expect(new Set(client.all("error").map(({ code }) => code))).toEqual(new Set([-1]));
		client.say({ session: 1, ...picture(64, 48, "bgra", grey(64, 48)) });
		expect(await client.until("frame-response")).toMatchObject({ keyframe: true });
	});

	it("gives the pictures of a scanout by its number, one for each request", async () => {
		const { join, device, clock } = await setUp();
		const client = join();
		const ask = { session: 1, ...picture(390, 844, "bgra"), resourceId: 1 };
		client.say({ ...ask, forceKeyframe: true });
		await expect.poll(() => device.sources.length).toBe(1);
		for (let count = 0; count < 3; count++) device.source.give(clock.now());
		expect(await client.until("frame-response")).toMatchObject({ pts: 77n, keyframe: true });
		client.say({ ...ask, pts: 78n });
		expect(await client.until("frame-response", 2)).toMatchObject({ pts: 78n });
		client.say({ ...ask, pts: 79n });
		await client.until("frame-response", 3);
		client.say({ ...ask, pts: 80n });
		await settled();
		// The screen stands still: the answer says so.
		await clock.pass(1100, 100);
		expect(await client.until("frame-response", 4)).toMatchObject({ pts: 80n, pieces: [] });
		client.say({ ...ask, resourceId: 9 });
		expect(await client.until("error")).toMatchObject({ code: -2 });
	});
});

describe("bad clients", () => {
	it.each([
		["no HXFR at all", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")],
		["a frame of 4 GiB", Buffer.from("485846520200010 0ffffffff".replaceAll(" ", ""), "hex")],
		["a subscription of no bytes", Buffer.from("485846523000010000000000", "hex")],
		["noise", randomBytes(10_000)],
	])("hear what is wrong and are gone, and others notice nothing: %s", async (_, bytes) => {
		const { join, device, clock, host } = await setUp();
		const good = join();
		good.say(subscribe(1));
		await good.until("subscribe-response");
		await expect.poll(() => device.sources.length).toBe(1);
		const bad = join();
		bad.stream.write(bytes);
		expect(await bad.until("error")).toMatchObject({ code: -1 });
		await bad.untilClosed();
		await expect.poll(() => host.clients).toBe(1);
		device.source.give(clock.now());
		await good.until("frame-response");
	});

	it("that send what only hosts send are not listened to", async () => {
		const { join, device } = await setUp();
		const client = join();
		client.say(subscribe(1));
		client.say({
			type: "frame-response",
			session: 1,
			pts: 0n,
			dts: 0n,
			keyframe: true,
			pieces: [Buffer.of(0x65)],
		});
		client.say({ type: "scanouts", session: 0, version: 1, features: 7, scanouts: [] });
		client.say({ type: "ping", session: 0 });
		await client.until("pong");
		expect(device.sources.length).toBeLessThanOrEqual(1);
	});

	it("above the sixteenth hear that there are too many", async () => {
		const { join, host } = await setUp();
		const clients = Array.from({ length: MAX_CLIENTS }, join);
		const seventeenth = join();
		expect(await seventeenth.until("error")).toMatchObject({ message: expect.stringContaining("16") });
		await seventeenth.untilClosed();
		expect(host.clients).toBe(MAX_CLIENTS);
		clients[0]?.stream.destroy();
		await expect.poll(() => host.clients).toBe(MAX_CLIENTS - 1);
		const next = join();
		next.say({ type: "ping", session: 0 });
		await next.until("pong");
	});

	it("that never read lose pictures, block nobody, and are gone in the end", async () => {
		const { join, host, device, clock, ended } = await setUp();
		const good = join();
		const stuck = join();
		for (const client of [good, stuck]) client.say(subscribe(1));
		await Promise.all([good, stuck].map((client) => client.until("subscribe-response")));
		await expect.poll(() => device.sources.length).toBe(1);
		stuck.stream.pause();
		const data = Buffer.concat([Buffer.of(0, 0, 0, 1, 0x65), Buffer.alloc(30_000, 0x55)]);
		for (let count = 1; count <= 60; count++) {
			const now = clock.now();
			const unit = { data, captureTime: now, encodedTime: now, keyframe: true, width: 390, height: 844 };
			device.source.options.sink.accessUnit(unit);
			await good.until("frame-response", count);
		}
		await clock.pass(11_000, 1000);
		await expect.poll(() => ended).toContain("hxfr-silent");
		expect(host.clients).toBe(1);
		stuck.stream.resume();
		await settled();
		// What waited for it was bounded: far less than all that there was.
		expect(stuck.all("frame-response").length).toBeLessThan(20);
	});

	it("that say nothing and want nothing are gone after a minute; those that watch stay", async () => {
		const { join, clock, host, ended } = await setUp();
		const idle = join();
		const watching = join();
		watching.say(subscribe(1));
		await watching.until("subscribe-response");
		await clock.pass(61_000, 1000);
		await idle.untilClosed();
		expect(ended).toEqual(["hxfr-silent"]);
		expect(host.clients).toBe(1);
	});
});
