import { readdir, readFile } from "node:fs/promises";
import type { Browser } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MediaEngine, TargetBitrates, Track } from "../../../../server/webrtc/media.ts";
import { createMediasoupEngine } from "../../../../server/webrtc/mediasoup/engine.ts";
import { launchBrowser } from "../../../support/browser.ts";
import { MediaViewer } from "../../../support/media-viewer.ts";
import { hasMediasoup } from "../../../support/mediasoup.ts";
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

describe.runIf(hasMediasoup())("a viewer in Chromium", { timeout: 60_000 }, () => {
	let browser: Browser;
	let engine: MediaEngine;
	let track: Track;
	let source: PatternSource;
	let clockShift: number;
	const now = () => performance.timeOrigin + performance.now() + clockShift;

	beforeAll(async () => {
		browser = await launchBrowser();
	}, 30_000);
	afterAll(() => browser.close());

	beforeEach(() => {
		clockShift = 0;
		engine = createMediasoupEngine({ now, workers: 2 });
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
		await expect.poll(() => viewer.events, PATIENCE).toEqual(["connected"]);
		expect(viewer.peer.stats().path).toBe(path);
		viewer.peer.sendMessage(Buffer.from("to the page"));
		await expect.poll(() => viewer.pageHeard(), PATIENCE).toEqual(["to the page"]);
		await viewer.send("to the host");
		await expect.poll(() => viewer.heard, PATIENCE).toEqual(["to the host"]);
		await viewer.leave();
		await expect.poll(() => viewer.events, PATIENCE).toEqual(["connected", "closed left"]);
	});

	it("knows when each picture was captured, and is told to show it at once", async () => {
		const viewer = await MediaViewer.join(browser, track);
		expect(viewer.peer.offer).toMatch(/^a=extmap:\d+ \S+\/playout-delay\r$/m);
		await expect.poll(() => viewer.captureAge(now()), PATIENCE).toBeDefined();
		const age = await viewer.captureAge(now());
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

	it("does not come about when it never answers", async () => {
		const events: string[] = [];
		await track.addPeer("nobody", {
			connected: () => events.push("connected"),
			message: () => {},
			unreadable: () => {},
			closed: (reason) => events.push(reason),
		});
		clockShift += 21_000;
		await expect.poll(() => events, PATIENCE).toEqual(["connect-timeout"]);
	});

	it("shares the stream with others, on another worker, and leaves them alone when it goes", async () => {
		const first = await MediaViewer.join(browser, track);
		const second = await MediaViewer.join(browser, track);
		const port = ({ peer }: MediaViewer) => / udp \d+ \S+ (\d+) typ/.exec(peer.offer)?.[1];
		expect(port(first)).not.toBe(port(second));
		await expect.poll(() => decoded(first), PATIENCE).toBeGreaterThan(10);
		await expect.poll(() => decoded(second), PATIENCE).toBeGreaterThan(10);
		await first.leave();
		await expect.poll(() => first.events, PATIENCE).toContain("closed left");
		const before = await decoded(second);
		await expect.poll(() => decoded(second), PATIENCE).toBeGreaterThan(before + 20);
		expect(second.events).toEqual(["connected"]);
		await second.leave();
	});

	it("gets no pictures while its page is hidden, and one at once when it is seen again", async () => {
		const viewer = await MediaViewer.join(browser, track);
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(5);
		viewer.peer.setShown(false);
		expect(viewer.peer.stats().rendition).toBeUndefined();
		let before = -1;
		const isScreenshot = async () => {
			const last = before;
			before = await decoded(viewer);
			return before === last;
		};
		await expect.poll(isScreenshot, { ...PATIENCE, interval: 300 }).toBe(true);
		const requests = source.requests;
		viewer.peer.setShown(true);
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(before + 5);
		expect(source.requests).toBeGreaterThan(requests);
		await viewer.leave();
	});

	it("asks for a keyframe of a still screen, of which no packet was ever sent", async () => {
		let requests = 0;
		const screenshot = engine.openTrack({ keyframeNeeded: () => requests++, targetBitrates() {} });
		const viewers = [
			await MediaViewer.join(browser, screenshot),
			await MediaViewer.join(browser, screenshot),
		];
		await expect
			.poll(() => viewers.map(({ events }) => events), PATIENCE)
			.toEqual([["connected"], ["connected"]]);
		expect(requests).toBeGreaterThan(0);
		for (const viewer of viewers) await viewer.leave();
		await screenshot.close();
	});

	it("makes the source run at what its path carries, from when it watches until it goes", async () => {
		const targets: TargetBitrates[] = [];
		const other = engine.openTrack({
			keyframeNeeded() {},
			targetBitrates: (targetBitrates) => targets.push(targetBitrates),
		});
		other.setMaxBitrates({ main: 2_000_000 });
		expect(targets).toEqual([{}]);
		const viewer = await MediaViewer.join(browser, other);
		await expect.poll(() => targets.at(-1)?.main, PATIENCE).toBeGreaterThan(500_000);
		await viewer.leave();
		await expect.poll(() => targets.at(-1), PATIENCE).toEqual({});
		await other.close();
	});

	it("is told once that its worker died", async () => {
		const viewer = await MediaViewer.join(browser, track);
		await expect.poll(() => viewer.events, PATIENCE).toEqual(["connected"]);
		for (const pid of await childrenOf(process.pid)) process.kill(pid, "SIGKILL");
		await expect.poll(() => viewer.events, PATIENCE).toEqual(["connected", "closed worker-died"]);
		await viewer.page.close();
	});

	it("leaves no sockets behind when the engine closes, and hears of it once", async () => {
		const viewer = await MediaViewer.join(browser, track);
		await expect.poll(() => viewer.events, PATIENCE).toEqual(["connected"]);
		await engine.close();
		await engine.close();
		const media = () => process.getActiveResourcesInfo().filter((name) => /UDP|TCPServer/.test(name));
		await expect.poll(media, PATIENCE).toEqual([]);
		expect(viewer.events).toEqual(["connected"]);
		await expect(
			track.addPeer("late", { connected() {}, message() {}, unreadable() {}, closed() {} }),
		).rejects.toMatchObject({
			code: "track-closed",
		});
		await viewer.page.close();
	});
});

/** mediasoup's workers among a process's children. */
async function childrenOf(pid: number): Promise<number[]> {
	// Children are listed by the thread that started them.
	const threads = await readdir(`/proc/${pid}/task`);
	const lists = await Promise.all(
		threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "")),
	);
	const pids = lists
		.flatMap((list) => list.trim().split(" "))
		.filter((text) => text !== "")
		.map(Number);
	const isWorker = async (child: number) =>
		(await readFile(`/proc/${child}/cmdline`, "utf8")).includes("mediasoup-worker");
	const workers = await Promise.all(pids.map(isWorker));
	return pids.filter((_pid, at) => workers[at]);
}

/** SRTP or SRTCP (RFC 7983, 7). */
function isMedia(packet: Buffer): boolean {
	return packet.readUInt8(0) >= 128 && packet.readUInt8(0) <= 191;
}
