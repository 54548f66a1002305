import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import type { Browser } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { IncomingStream } from "../../../../server/devices/incoming-stream.ts";
import type { AccessUnit } from "../../../../server/devices/provider.ts";
import { loadAddon } from "../../../../server/native/load.ts";
import type { MediaEngine } from "../../../../server/webrtc/media.ts";
import { SenderPool } from "../../../../server/webrtc/rtp/sender-pool.ts";
import { WeriftEngine } from "../../../../server/webrtc/werift/engine.ts";
import { launchBrowser } from "../../../support/browser.ts";
import { decode } from "../../../support/decoded-frame.ts";
import { JumpingClock } from "../../../support/jumping-clock.ts";
import { OfferingPage } from "../../../support/offering-page.ts";
import { UdpRelay } from "../../../support/udp-relay.ts";

const PATIENCE = { timeout: 20_000, interval: 30 };

describe("a publisher in Chromium", { timeout: 60_000 }, () => {
	let browser: Browser;
	let engine: MediaEngine;
	let clock: JumpingClock;
	let units: AccessUnit[];
	let events: string[];
	let dropped: number;

	beforeAll(async () => {
		browser = await launchBrowser();
	}, 30_000);
	afterAll(() => browser.close());

	beforeEach(() => {
		clock = new JumpingClock();
		units = [];
		events = [];
		dropped = 0;
		engine = new WeriftEngine({ clock, pool: new SenderPool(loadAddon(), () => {}) });
	});
	afterEach(() => engine.close());

	async function receive(offer: string): Promise<IncomingStream> {
		if (!engine.receive) throw new Error("the engine takes no publishers");
		return engine.receive(offer, {
			connected: () => events.push("connected"),
			accessUnit: (unit) => units.push(unit),
			dropped: () => dropped++,
			ended: (reason) => events.push(`ended ${reason}`),
		});
	}

	/** Every frame from a keyframe on decodes, one for one, in an independent decoder. */
	function expectWhole(list: readonly AccessUnit[]): void {
		const frames = decode(list.map(({ data }) => data));
		expect(frames).toHaveLength(list.length);
	}

	async function publishThroughRelay() {
		const page = await OfferingPage.open(browser, "publish");
		const relay = await UdpRelay.open();
		const stream = await receive(page.offer);
		await page.accept(relay.intercept(stream.answer));
		await expect.poll(() => units.length, PATIENCE).toBeGreaterThan(10);
		return { page, relay, stream };
	}

	it("gives pictures that an independent decoder shows, from a keyframe on, with times that grow", async () => {
		const page = await OfferingPage.open(browser, "publish");
		await page.accept((await receive(page.offer)).answer);
		await expect.poll(() => units.length, PATIENCE).toBeGreaterThan(60);
		expect(units[0]?.keyframe).toBe(true);
		const times = units.map(({ captureTime }) => captureTime);
		expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
		expectWhole(units.slice());
		await page.leave();
		await expect.poll(() => events, PATIENCE).toEqual(["connected", "ended left"]);
	});

	it("sends a keyframe when one is asked for, and not as often as it is asked", async () => {
		const { stream, relay } = await publishThroughRelay();
		const keyframes = () => units.filter(({ keyframe }) => keyframe).length;
		const before = keyframes();
		for (let i = 0; i < 1000; i++) stream.requestKeyframe();
		await expect.poll(keyframes, PATIENCE).toBeGreaterThan(before);
		expect(keyframes()).toBeLessThan(before + 4);
		relay.close();
	});

	it("repairs a path that loses every twentieth packet, and passes nothing broken on", async () => {
		const { page, relay } = await publishThroughRelay();
		let count = 0;
		relay.loses = (packet, direction) =>
			direction === "from viewer" && (packet[0] ?? 0) >= 128 && ++count % 20 === 0;
		const before = units.length;
		await expect.poll(() => units.length, PATIENCE).toBeGreaterThan(before + 90);
		expectWhole(units.slice());
		const { retransmittedPacketsSent, nackCount } = await page.stats("outbound-rtp");
		expect(nackCount).toBeGreaterThan(0);
		expect(retransmittedPacketsSent).toBeGreaterThan(0);
		relay.close();
	});

	it("is let send at a good rate by what it is told of its packets", async () => {
		const page = await OfferingPage.open(browser, "publish");
		const stream = await receive(page.offer);
		stream.limitRate(6_000_000);
		await page.accept(stream.answer);
		// Not what it sends, which a busy machine holds down.
		const target = () => page.outgoingRate();
		await expect.poll(target, { ...PATIENCE, timeout: 30_000 }).toBeGreaterThan(800_000);
	});

	it("is not disturbed by garbage on its path, which is counted", async () => {
		const { relay, stream } = await publishThroughRelay();
		const port = Number(/ udp \d+ 127\.0\.0\.1 (\d+) typ host/.exec(stream.answer)?.[1]);
		const stranger = createSocket("udp4");
		for (let i = 0; i < 500; i++) {
			const packet = randomBytes(100);
			packet[0] = 0x80 | ((packet[0] ?? 0) & 0x3f);
			stranger.send(packet, port, "127.0.0.1");
			relay.inject(packet);
		}
		const before = units.length;
		await expect.poll(() => units.length, PATIENCE).toBeGreaterThan(before + 30);
		expectWhole(units.slice());
		expect(dropped).toBeGreaterThan(100);
		expect(events).toEqual(["connected"]);
		stranger.close();
		relay.close();
	});

	it("that falls silent has ended after 12 s, one that never connects after 20 s", async () => {
		const { relay } = await publishThroughRelay();
		relay.loses = () => true;
		clock.jump(6000);
		expect(events).toEqual(["connected"]);
		clock.jump(7100);
		expect(events.at(-1)).toBe("ended silent");
		relay.close();
		await receive((await OfferingPage.open(browser, "publish")).offer);
		clock.jump(15_000);
		expect(events.at(-1)).toBe("ended silent");
		clock.jump(6100);
		expect(events.at(-1)).toBe("ended connect-timeout");
	});

	it("that shows another certificate than it said gets nowhere", async () => {
		const page = await OfferingPage.open(browser, "publish");
		const [, first = ""] = /a=fingerprint:sha-256 ([0-9A-F]{2})/.exec(page.offer) ?? [];
		const other = first === "00" ? "01" : "00";
		const forged = page.offer.replaceAll(`a=fingerprint:sha-256 ${first}`, `a=fingerprint:sha-256 ${other}`);
		await page.accept((await receive(forged)).answer);
		await expect.poll(() => events, PATIENCE).toEqual(["ended dtls-failed"]);
		expect(units).toEqual([]);
	});

	it("is closed once, and nothing is heard of it after", async () => {
		const { stream, relay } = await publishThroughRelay();
		await stream.close();
		await stream.close();
		const before = units.length;
		stream.requestKeyframe();
		relay.close();
		expect([units.length, events]).toEqual([before, ["connected"]]);
	});
});
