import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadAddon } from "../../server/native/load.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

const CYCLES = 1_000;
/** Allocators settle during the first cycles. */
const WARM_UP = 200;
const MAX_GROWTH_BYTES = 16 * 2 ** 20;

let x: XDisplay;

beforeAll(async () => {
	// The server notices clients that left only when it comes to it.
	x = await startXDisplay({ width: 320, height: 240, arguments: ["-maxclients", "2048"] });
});

afterAll(async () => {
	await x.close();
});

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What a leak would leave behind in this process. */
function footprint() {
	return {
		rss: process.memoryUsage.rss(),
		descriptors: readdirSync("/proc/self/fd").length,
		threads: readdirSync("/proc/self/task").length,
	};
}

/** The same, once finalizers have run and what JavaScript itself left lying has gone. */
async function settledFootprint() {
	await new Promise((resolve) => setImmediate(resolve));
	collectGarbage();
	await new Promise((resolve) => setImmediate(resolve));
	return footprint();
}

async function expectNoLeak(
	cycle: (index: number) => void | Promise<void>,
	maxGrowth = MAX_GROWTH_BYTES,
): Promise<void> {
	for (let index = 0; index < WARM_UP; index++) await cycle(index);
	const before = await settledFootprint();
	for (let index = WARM_UP; index < CYCLES; index++) await cycle(index);
	const after = await settledFootprint();
	expect(after.rss - before.rss).toBeLessThan(maxGrowth);
	expect(after.descriptors - before.descriptors).toBeLessThanOrEqual(2);
	expect(after.threads - before.threads).toBeLessThanOrEqual(1);
}

test("1,000 X11 sources open and close without a leak, some in the middle of their first frame", async () => {
	let units = 0;
	await expectNoLeak(async (index) => {
		let first = () => {};
		const arrived = new Promise<void>((resolve) => {
			first = resolve;
		});
		const source = new (loadAddon().X11Source)({
			display: x.display,
			encoder: "openh264",
			bitrate: 1_000_000,
			frameRate: 60,
			onAccessUnit: () => {
				units++;
				first();
			},
			onEnd: (end) => expect.unreachable(end.message),
		});
		if (index % 2) await arrived;
		source.close();
	});
	expect(units).toBeGreaterThanOrEqual(CYCLES / 2);
});

test("1,000 screens open and close without a leak", async () => {
	await expectNoLeak(() => {
		const screen = new (loadAddon().X11Screen)({ display: x.display, onEnd: () => {} });
		screen.pointer(1, 1, 0);
		screen.close();
	});
});

test("1,000 snapshots leave nothing behind", async () => {
	const screen = new (loadAddon().X11Screen)({ display: x.display, onEnd: () => {} });
	// Each is 300 KiB that the collector frees when it likes; a leak would be 240 MiB.
	await expectNoLeak((index) => {
		screen.snapshot();
		if (index % 50 === 0) collectGarbage();
	}, 4 * MAX_GROWTH_BYTES);
	screen.close();
});

test("1,000 frame encoders open and close without a leak", async () => {
	const pixels = new Uint8Array(320 * 240 * 4);
	await expectNoLeak(async (index) => {
		let first = () => {};
		const arrived = new Promise<void>((resolve) => {
			first = resolve;
		});
		const encoder = new (loadAddon().PixelSource)({
			width: 320,
			height: 240,
			format: "bgra",
			encoder: "openh264",
			bitrate: 1_000_000,
			frameRate: 60,
			onAccessUnit: () => first(),
			onEnd: (end) => expect.unreachable(end.message),
		});
		encoder.encode(pixels, 320 * 4, [], Date.now());
		if (index % 2) await arrived;
		encoder.close();
	});
});

test("1,000 pools of senders open and close without a leak, with frames on their way", async () => {
	const far = createSocket("udp4").bind(0, "127.0.0.1");
	await once(far, "listening");
	const { port } = far.address();
	const keys = { profile: "AEAD_AES_128_GCM", key: Buffer.alloc(16, 1), salt: Buffer.alloc(12, 2) } as const;
	const frame = Buffer.alloc(20_000, 0x5a);
	frame.set([0, 0, 0, 1, 0x65]);
	let events = 0;
	await expectNoLeak(async (index) => {
		let told = () => {};
		const happened = new Promise<void>((resolve) => {
			told = resolve;
		});
		const pool = new (loadAddon().RtpPool)({
			onEvents() {
				events++;
				told();
			},
			onEnd() {},
		});
		const socket = pool.openSocket("127.0.0.1", 0);
		const feed = pool.openFeed();
		const sender = pool.openSender({
			payloadType: 102,
			ssrc: 1,
			firstSequence: 1,
			extensions: { transportSequence: 1 },
			mid: "0",
			cname: "cycle",
			clockOrigin: 0,
			local: keys,
			remote: keys,
			pace: { rate: 1e6, burst: 1e4, longestWait: 100 },
		});
		pool.setUdpRoute(sender, socket.id, "127.0.0.1", port);
		pool.follow(sender, feed);
		pool.push(feed, frame, 1, 1, true);
		if (index % 2) await happened;
		pool.close();
	});
	expect(events).toBeGreaterThanOrEqual(CYCLES / 2);
	far.close();
});

test("1,000 pixel encoders open and close without a leak, some in the middle of a frame", async () => {
	const pixels = new Uint8Array(320 * 240 * 4);
	await expectNoLeak(async (index) => {
		let answer = () => {};
		const answered = new Promise<void>((resolve) => {
			answer = resolve;
		});
		const encoder = new (loadAddon().PixelEncoder)({
			...{ width: 320, height: 240, encoder: "openh264", bitrate: 1_000_000, frameRate: 60 },
			onFrame: () => answer(),
			onEnd: (end) => expect.unreachable(end.message),
		});
		encoder.encode(pixels, { format: "bgra", stride: 320 * 4, keyframe: false });
		if (index % 2) await answered;
		encoder.close();
	});
});
