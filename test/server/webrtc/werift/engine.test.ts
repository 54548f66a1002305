import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Browser } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { loadAddon } from "../../../../server/native/load.ts";
import type { MediaEngine, Track } from "../../../../server/webrtc/media.ts";
import { SenderPool } from "../../../../server/webrtc/rtp/sender-pool.ts";
import { WeriftEngine } from "../../../../server/webrtc/werift/engine.ts";
import { launchBrowser } from "../../../support/browser.ts";
import { JumpingClock } from "../../../support/jumping-clock.ts";
import { MediaViewer } from "../../../support/media-viewer.ts";
import { PatternSource } from "../../../support/pattern-source.ts";
import { UdpRelay } from "../../../support/udp-relay.ts";

/** Shared machines are slow at times; what is waited for is there much sooner. */
const PATIENCE = { timeout: 15_000, interval: 30 };

/** Leaves only the candidates of one kind in an offer. */
const only = (kind: RegExp) => (offer: string) =>
	offer
		.split("\r\n")
		.filter((line) => !line.startsWith("a=candidate:") || kind.test(line))
		.join("\r\n");

describe("a viewer in Chromium", { timeout: 60_000 }, () => {
	let browser: Browser;
	let engine: MediaEngine;
	let track: Track;
	let source: PatternSource;
	let clock: JumpingClock;

	beforeAll(async () => {
		browser = await launchBrowser();
	}, 30_000);
	afterAll(() => browser.close());

	beforeEach(() => {
		clock = new JumpingClock();
		engine = new WeriftEngine({ clock, pool: new SenderPool(loadAddon(), () => {}) });
		track = engine.openTrack({ keyframeNeeded: () => source.requestKeyframe(), targetBitrates() {} });
		source = new PatternSource((unit) => track.push(unit));
	});
	afterEach(async () => {
		source.stop();
		await engine.close();
	});

	const decoded = async (viewer: MediaViewer) => (await viewer.counts()).framesDecoded;

	async function joinThroughRelay(): Promise<{ viewer: MediaViewer; relay: UdpRelay }> {
		const relay = await UdpRelay.open();
		const viewer = await MediaViewer.join(browser, track, (offer) => relay.intercept(offer));
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(10);
		return { viewer, relay };
	}

	it.each([
		["udp4", / udp \d+ 127\./],
		["udp6", / udp \d+ ::1/],
		["tcp4", / tcp \d+ 127\./],
		["tcp6", / tcp \d+ ::1/],
	])("decodes pictures and exchanges messages over %s", async (path, candidates) => {
		const viewer = await MediaViewer.join(browser, track, only(candidates));
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(20);
		expect(await viewer.counts()).toMatchObject({ width: 320, height: 240, lossIndications: 0 });
		expect(viewer.events).toEqual(["connected"]);
		expect(viewer.peer.stats().path).toBe(path);
		viewer.peer.sendMessage(Buffer.from("to the page"));
		await expect.poll(() => viewer.pageHeard(), PATIENCE).toEqual(["to the page"]);
		await viewer.send("to the host");
		await expect.poll(() => viewer.heard, PATIENCE).toEqual(["to the host"]);
		await viewer.leave();
		await expect.poll(() => viewer.events, PATIENCE).toEqual(["connected", "closed left"]);
	});

	it("knows when each picture was captured", async () => {
		const viewer = await MediaViewer.join(browser, track);
		await expect.poll(() => viewer.captureAge(clock.now()), PATIENCE).toBeDefined();
		const age = await viewer.captureAge(clock.now());
		expect(age).toBeGreaterThan(0);
		expect(age).toBeLessThan(2000);
		await viewer.leave();
	});

	it("gets what the network lost without a new keyframe", async () => {
		const { viewer, relay } = await joinThroughRelay();
		const before = await viewer.counts();
		let count = 0;
		relay.loses = (packet, direction) => direction === "to viewer" && isMedia(packet) && ++count % 20 === 0;
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(before.framesDecoded + 90);
		const after = await viewer.counts();
		expect(after.retransmittedPackets).toBeGreaterThan(3);
		expect(after.lossIndications).toBe(0);
		expect(viewer.peer.stats()).toMatchObject({ keyframeRequests: 0 });
		await viewer.leave();
		relay.close();
	});

	it("shows pictures again after the network was away, without having to ask", async () => {
		const { viewer, relay } = await joinThroughRelay();
		let away = true;
		relay.loses = (packet) => away && isMedia(packet);
		const pushed = source.pushed;
		await expect.poll(() => source.pushed, PATIENCE).toBeGreaterThan(pushed + 12);
		away = false;
		const before = await viewer.counts();
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(before.framesDecoded + 3);
		// Chromium alone would freeze for 3 s before it asks for a keyframe.
		expect((await viewer.counts()).lossIndications).toBe(before.lossIndications);
		await viewer.leave();
		relay.close();
	});

	it("goes on where its router gives it another port", async () => {
		const { viewer, relay } = await joinThroughRelay();
		await relay.move();
		const before = await viewer.counts();
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(before.framesDecoded + 30);
		expect(viewer.events).toEqual(["connected"]);
		await viewer.leave();
		relay.close();
	});

	it("gets no pictures while its page is hidden, and a keyframe when it is shown again", async () => {
		const viewer = await MediaViewer.join(browser, track);
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(10);
		viewer.peer.setShown(false);
		const { packets } = viewer.peer.stats();
		const pushed = source.pushed;
		await expect.poll(() => source.pushed, PATIENCE).toBeGreaterThan(pushed + 15);
		expect(viewer.peer.stats().packets).toBe(packets);
		expect(viewer.peer.stats().rendition).toBeUndefined();
		const before = await viewer.counts();
		viewer.peer.setShown(true);
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(before.framesDecoded + 10);
		const after = await viewer.counts();
		expect(after.keyFramesDecoded).toBeGreaterThan(before.keyFramesDecoded);
		expect(after.lossIndications).toBe(0);
		expect(viewer.peer.stats().rendition).toBe("main");
		await viewer.leave();
	});

	it("is gone when nothing was heard for too long", async () => {
		const { viewer, relay } = await joinThroughRelay();
		relay.loses = () => true;
		clock.jump(6000);
		expect(viewer.events).toEqual(["connected"]);
		clock.jump(7100);
		expect(viewer.events).toEqual(["connected", "closed silent"]);
		await viewer.page.close();
		relay.close();
	});

	it("does not come about when it never answers", async () => {
		const events: string[] = [];
		await track.addPeer("nobody", {
			connected: () => events.push("connected"),
			message: () => {},
			unreadable: () => {},
			closed: (reason) => events.push(reason),
		});
		clock.jump(15_000);
		expect(events).toEqual([]);
		clock.jump(6100);
		expect(events).toEqual(["connect-timeout"]);
	});

	it("shares the stream with others and leaves them alone when it goes", async () => {
		const first = await MediaViewer.join(browser, track);
		const second = await MediaViewer.join(browser, track);
		await expect.poll(() => decoded(first), PATIENCE).toBeGreaterThan(10);
		await expect.poll(() => decoded(second), PATIENCE).toBeGreaterThan(10);
		await first.leave();
		await expect.poll(() => first.events, PATIENCE).toContain("closed left");
		const before = await decoded(second);
		await expect.poll(() => decoded(second), PATIENCE).toBeGreaterThan(before + 20);
		expect(second.events).toEqual(["connected"]);
		await second.leave();
	});

	it("that floods its data channel is heard as often as it may be, and takes no frame from others", async () => {
		const flooder = await MediaViewer.join(browser, track, undefined, "view");
		const other = await MediaViewer.join(browser, track);
		await expect.poll(() => decoded(other), PATIENCE).toBeGreaterThan(10);
		await expect.poll(() => decoded(flooder), PATIENCE).toBeGreaterThan(10);
		const begun = performance.now();
		const stop = await flooder.flood();
		const before = await decoded(other);
		await expect.poll(() => decoded(other), PATIENCE).toBeGreaterThan(before + 90);
		const seconds = (performance.now() - begun) / 1000;
		// A message of eight bytes is 24 in its packet, which has 53 bytes of its own.
		expect(flooder.heard.length).toBeLessThan(((64 + 16 * seconds) * 1024) / 24);
		expect(flooder.heard.length).toBeGreaterThan(0);
		await stop();
		await flooder.leave();
		await other.leave();
	});

	it("is not sent away for acknowledging what it is sent", async () => {
		const viewer = await MediaViewer.join(browser, track, undefined, "view");
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(10);
		const sending = setInterval(() => {
			for (let count = 0; count < 60; count++) viewer.peer.sendMessage(Buffer.alloc(8));
		}, 33);
		const before = await decoded(viewer);
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(before + 150);
		clearInterval(sending);
		expect(viewer.events).toEqual(["connected"]);
		await viewer.leave();
	});

	it.each([
		["of the data channel", Buffer.alloc(200, 0x17)],
		["of feedback", Buffer.alloc(200, 0x80)],
		["of no kind", Buffer.alloc(200, 5)],
		["of STUN that asks for nothing", Buffer.from("001100002112a442000102030405060708090a0b", "hex")],
	])("in whose name far too much %s comes is sent away, before anything is decrypted", async (_, packet) => {
		const { viewer, relay } = await joinThroughRelay();
		await expect
			.poll(
				() => {
					for (let count = 0; count < 200; count++) relay.inject(packet);
					return viewer.events;
				},
				{ ...PATIENCE, interval: 20 },
			)
			.toContain("closed flooding");
		await viewer.page.close();
		relay.close();
	});

	it("leaves no sockets behind when the engine closes, and hears of it once", async () => {
		const viewer = await MediaViewer.join(browser, track);
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(5);
		await engine.close();
		await engine.close();
		const listening = () => process.getActiveResourcesInfo().filter((name) => /TCPServer/.test(name));
		await expect.poll(listening, PATIENCE).toEqual([]);
		// UDP is the addon's, which Node does not list.
		const [, port] = / udp \d+ 127\.0\.0\.1 (\d+) typ host/.exec(viewer.peer.offer) ?? [];
		// A program that a test beside this one starts has the socket too, until it runs.
		await vi.waitFor(async () => {
			const free = createSocket("udp4").bind({ address: "127.0.0.1", port: Number(port), exclusive: true });
			await once(free, "listening");
			free.close();
		}, PATIENCE);
		expect(viewer.events).toEqual(["connected"]);
		await expect(
			track.addPeer("late", { connected() {}, message() {}, unreadable() {}, closed() {} }),
		).rejects.toMatchObject({
			code: "track-closed",
		});
		await viewer.page.close();
	});
});

/** SRTP or SRTCP (RFC 7983, 7). */
function isMedia(packet: Buffer): boolean {
	return packet.readUInt8(0) >= 128 && packet.readUInt8(0) <= 191;
}
