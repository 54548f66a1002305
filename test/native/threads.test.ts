import { resolve } from "node:path";
import type { Browser } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../server/devices/clock.ts";
import { X11DeviceClipboard } from "../../server/devices/x11/clipboard.ts";
import type { Addon, NativeAccessUnit, NativeEnd } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { openFrames } from "../../server/streams/frames.ts";
import type { Track } from "../../server/webrtc/media.ts";
import { SenderPool } from "../../server/webrtc/rtp/sender-pool.ts";
import { WeriftEngine } from "../../server/webrtc/werift/engine.ts";
import { launchBrowser } from "../support/browser.ts";
import { PATIENCE } from "../support/device-page.ts";
import { keepForTest } from "../support/keep.ts";
import { MediaViewer } from "../support/media-viewer.ts";
import { closeSources, filled, startPixelSource, startX11Source, WIDTH } from "../support/native-sources.ts";
import { PatternSource } from "../support/pattern-source.ts";
import { startScreenClient } from "../support/screen-client.ts";
import { xclipPaste } from "../support/x-clipboard-programs.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

/** The addon as it is but for its threads, which throw where a test asks for it: see native/guarded-thread.h. */
process.env.PORTHOLE_ADDON = resolve("native/build/Release/porthole-faults.node");

/** The next thread of that name that comes by throws. */
function failNext(thread: string): void {
	(loadAddon() as Addon & { failNext(name: string): void }).failNext(thread);
}

const BLUE = [200, 60, 20, 255];
const GREEN = [20, 200, 60, 255];

/** What an exception that a test had thrown ends a thread with. */
const endOf = (thread: string, code: string): NativeEnd => ({
	code,
	message: `The ${thread} stopped: a test had it throw.`,
});

afterEach(closeSources);

test("a frame encoder whose thread throws ends with a code; another goes on, and a new one works", async () => {
	const draw = (one: ReturnType<typeof startPixelSource>, pixel: readonly number[]) =>
		one.encoder.encode(filled(pixel), WIDTH * 4, [], Date.now());
	const [broken, whole] = [startPixelSource(), startPixelSource()];
	for (const one of [broken, whole]) {
		draw(one, BLUE);
		await one.log.until(1);
		await one.log.quiet();
	}
	failNext("encoder thread");
	draw(broken, GREEN);
	await expect.poll(() => broken.ends).toEqual([endOf("encoder thread", "encoder-failed")]);
	const before = whole.units.length;
	draw(whole, GREEN);
	await whole.log.until(before + 1);
	const later = startPixelSource();
	draw(later, BLUE);
	await later.log.until(1);
	// Nobody is there to hear of these.
	draw(broken, BLUE);
	broken.encoder.requestKeyframe("main");
	expect([broken.ends.length, whole.ends, later.ends]).toEqual([1, [], []]);
});

test("an encoder of single frames whose thread throws ends with a code; another goes on", async () => {
	const start = () => {
		const frames: { keyframe: boolean }[] = [];
		const ends: NativeEnd[] = [];
		const encoder = new (loadAddon().PixelEncoder)({
			...{ width: WIDTH, height: 240, encoder: "openh264", bitrate: 1_000_000, frameRate: 30 },
			onFrame: (frame) => frames.push(frame),
			onEnd: (end) => ends.push(end),
		});
		onTestFinished(() => encoder.close());
		const code = () => encoder.encode(filled(BLUE), { format: "bgra", stride: WIDTH * 4, keyframe: false });
		return { frames, ends, code };
	};
	const [broken, whole] = [start(), start()];
	failNext("encoder thread");
	broken.code();
	await expect.poll(() => broken.ends).toEqual([endOf("encoder thread", "encoder-failed")]);
	whole.code();
	await expect.poll(() => whole.frames.length).toBe(1);
	expect([broken.frames, whole.ends]).toEqual([[], []]);
});

test("a decoder whose thread throws fails whoever waits for a frame; another goes on", async () => {
	const { encoder, log } = startPixelSource();
	encoder.encode(filled(BLUE), WIDTH * 4, [], Date.now());
	await log.until(1);
	const [unit] = log.units;
	if (!unit) throw new Error("nothing was coded");
	const open = () => {
		let give = () => {};
		const feed = {
			watch(watcher: { unit(unit: NativeAccessUnit): void }) {
				give = () => watcher.unit(unit);
				return { requestKeyframe() {}, close() {} };
			},
			screenshot: () => expect.unreachable(),
		};
		const reader = openFrames(feed, { decoder: loadAddon().FrameDecoder, clock: systemClock }, 1);
		onTestFinished(() => reader.close());
		return { reader, give: () => give() };
	};
	const [broken, whole] = [open(), open()];
	for (const { reader, give } of [broken, whole]) {
		give();
		await reader.next();
	}
	failNext("decoder thread");
	const next = broken.reader.next();
	broken.give();
	await expect(next).rejects.toMatchObject(endOf("decoder thread", "decoder-failed"));
	await expect(broken.reader.next()).rejects.toMatchObject({ code: "decoder-failed" });
	broken.give();
	const later = open();
	later.give();
	expect(await later.reader.next()).toMatchObject({ type: "pixels", width: WIDTH });
	whole.reader.setScale(2);
	expect(await whole.reader.next()).toMatchObject({ width: WIDTH / 2 });
});

describe("on a display", () => {
	let x: XDisplay;
	beforeAll(async () => {
		x = await startXDisplay({ width: 320, height: 240 });
	});
	afterAll(() => x.close());

	test("a source whose thread throws ends with a code; another of the display goes on", async () => {
		const [broken, whole] = [startX11Source(x), startX11Source(x)];
		for (const { log } of [broken, whole]) {
			await log.until(1);
			await log.quiet();
		}
		failNext("capture thread");
		broken.source.requestKeyframe("main");
		await expect.poll(() => broken.ends).toEqual([endOf("capture thread", "capture-failed")]);
		const before = whole.units.length;
		whole.source.requestKeyframe("main");
		await whole.log.until(before + 1);
		const later = startX11Source(x);
		await later.log.until(1);
		expect([whole.ends, later.ends]).toEqual([[], []]);
	});

	test("a thread of input that throws releases what it held and ends with a code; new input works", async () => {
		const client = await keepForTest(
			startScreenClient("echo", { display: x.display, geometry: "320x240+0+0" }),
		);
		const buttons = () => client.events.flatMap((one) => (one.event === "button" ? [one.down] : []));
		const start = () => {
			const ends: NativeEnd[] = [];
			const screen = new (loadAddon().X11Screen)({ display: x.display, onEnd: (end) => ends.push(end) });
			onTestFinished(() => screen.close());
			return { screen, ends };
		};
		const [broken, source] = [start(), startX11Source(x)];
		await source.log.until(1);
		broken.screen.pointer(50, 50, 1);
		await client.until(() => buttons().length === 1);
		failNext("input thread");
		broken.screen.pointer(60, 60, 1);
		await expect.poll(() => broken.ends).toEqual([endOf("input thread", "input-failed")]);
		await client.until(() => buttons().length === 2);
		broken.screen.pointer(70, 70, 0);
		const later = start();
		later.screen.pointer(80, 80, 1);
		later.screen.pointer(80, 80, 0);
		await client.until(() => buttons().length === 4);
		expect(buttons()).toEqual([true, false, true, false]);
		expect([broken.ends.length, later.ends, source.ends]).toEqual([1, [], []]);
	});

	test("whose clipboard throws keeps its frames and its input, and has a new one", async () => {
		const source = startX11Source(x);
		await source.log.until(1);
		const clipboard = new X11DeviceClipboard(loadAddon(), x.display);
		onTestFinished(() => clipboard.close());
		failNext("clipboard thread");
		const lost = clipboard.write({ format: "text", text: "lost" });
		await expect(lost).rejects.toMatchObject(endOf("clipboard thread", "clipboard-failed"));
		await clipboard.write({ format: "text", text: "kept" });
		expect((await xclipPaste(x.display)).toString()).toBe("kept");
		expect(source.ends).toEqual([]);
	});
});

describe("viewers of a host", () => {
	let browser: Browser;
	beforeAll(async () => {
		browser = await launchBrowser();
	});
	afterAll(() => browser.close());

	async function start(): Promise<{ track: Track; failures: NativeEnd[] }> {
		const failures: NativeEnd[] = [];
		const pool = new SenderPool(
			loadAddon(),
			() => {},
			(end) => failures.push(end),
		);
		const engine = await keepForTest(Promise.resolve(new WeriftEngine({ clock: systemClock, pool })));
		const track = engine.openTrack({ keyframeNeeded: () => source.requestKeyframe(), targetBitrates() {} });
		const source = new PatternSource((unit) => track.push(unit));
		onTestFinished(() => source.stop());
		return { track, failures };
	}

	async function join(track: Track): Promise<MediaViewer> {
		const viewer = await MediaViewer.join(browser, track);
		await untilMore(viewer, 10);
		return viewer;
	}

	async function untilMore(viewer: MediaViewer, frames: number): Promise<void> {
		const { framesDecoded } = await viewer.counts();
		await expect
			.poll(async () => (await viewer.counts()).framesDecoded, PATIENCE)
			.toBeGreaterThan(framesDecoded + frames);
	}

	const mediaPort = ({ peer }: MediaViewer) => / udp \d+ 127\.0\.0\.1 (\d+) /.exec(peer.offer)?.[1];

	test("lose one sender that throws: its viewer is told, the others see on, and it may come again", async () => {
		const { track, failures } = await start();
		const viewers = [await join(track), await join(track)];
		failNext("sender");
		await expect.poll(() => failures, PATIENCE).toEqual([endOf("sender", "sender-failed")]);
		const ended = viewers.filter(({ events }) => events.includes("closed sender-failed"));
		const whole = viewers.filter(({ events }) => events.length === 1);
		expect([ended.length, whole.length]).toEqual([1, 1]);
		for (const viewer of whole) await untilMore(viewer, 10);
		await join(track);
		expect(failures).toHaveLength(1);
	});

	test("lose the thread of all senders: all are told, and come again at the same port", async () => {
		const other = await start();
		const elsewhere = await join(other.track);
		const { track, failures } = await start();
		const viewers = [await join(track), await join(track)];
		failNext("sender thread");
		await expect
			.poll(() => [...failures, ...other.failures], PATIENCE)
			.toEqual([endOf("sender thread", "sender-failed")]);
		// Whichever came by first.
		const isOther = other.failures.length > 0;
		const [lost, kept] = isOther ? [[elsewhere], viewers] : [viewers, [elsewhere]];
		expect(lost.map(({ events }) => events)).toEqual(lost.map(() => ["connected", "closed sender-failed"]));
		for (const viewer of kept) await untilMore(viewer, 10);
		const again = await join(isOther ? other.track : track);
		expect(mediaPort(again)).toMatch(/^\d+$/);
		expect(lost.map(mediaPort)).toEqual(lost.map(() => mediaPort(again)));
		expect(kept.map(({ events }) => events)).toEqual(kept.map(() => ["connected"]));
	});
});
