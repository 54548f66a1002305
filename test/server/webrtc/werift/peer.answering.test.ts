import type { Browser } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loadAddon } from "../../../../server/native/load.ts";
import type { AnsweredPeer, MediaEngine, Track } from "../../../../server/webrtc/media.ts";
import { SenderPool } from "../../../../server/webrtc/rtp/sender-pool.ts";
import { WeriftEngine } from "../../../../server/webrtc/werift/engine.ts";
import { launchBrowser } from "../../../support/browser.ts";
import { JumpingClock } from "../../../support/jumping-clock.ts";
import { OfferingPage } from "../../../support/offering-page.ts";
import { PatternSource } from "../../../support/pattern-source.ts";
import { UdpRelay } from "../../../support/udp-relay.ts";

const PATIENCE = { timeout: 15_000, interval: 30 };

describe("a player in Chromium that makes the offer", { timeout: 60_000 }, () => {
	let browser: Browser;
	let engine: MediaEngine;
	let track: Track;
	let source: PatternSource;
	let clock: JumpingClock;
	let events: string[];

	beforeAll(async () => {
		browser = await launchBrowser();
	}, 30_000);
	afterAll(() => browser.close());

	beforeEach(() => {
		clock = new JumpingClock();
		events = [];
		engine = new WeriftEngine({ clock, pool: new SenderPool(loadAddon(), () => {}) });
		track = engine.openTrack({ keyframeNeeded: () => source.requestKeyframe(), targetBitrates() {} });
		source = new PatternSource((unit) => track.push(unit));
	});
	afterEach(async () => {
		source.stop();
		await engine.close();
	});

	async function answer(offer: string): Promise<AnsweredPeer> {
		if (!track.answerPeer) throw new Error("the engine answers nobody");
		return track.answerPeer("player", offer, {
			connected: () => events.push("connected"),
			message: () => events.push("message"),
			unreadable: () => events.push("unreadable"),
			closed: (reason) => events.push(`closed ${reason}`),
		});
	}

	const decoded = async (page: OfferingPage) => (await page.stats("inbound-rtp")).framesDecoded ?? 0;

	it.each<[string, (offer: string) => string]>([
		["as it offers", (offer) => offer],
		["without transport-wide feedback", (offer) => offer.replace(/a=rtcp-fb:\d+ transport-cc\r\n/g, "")],
		["without any header extension", (offer) => offer.replace(/a=extmap:.*\r\n/g, "")],
		["without retransmissions", (offer) => offer.replace(/a=fmtp:\d+ apt=.*\r\n/g, "")],
	])("decodes pictures %s, and its leaving is heard", async (_words, change) => {
		const page = await OfferingPage.open(browser, "watch");
		const peer = await answer(change(page.offer));
		await page.accept(peer.answer);
		await expect.poll(() => decoded(page), PATIENCE).toBeGreaterThan(20);
		expect(events).toEqual(["connected"]);
		await page.leave();
		await expect.poll(() => events, PATIENCE).toEqual(["connected", "closed left"]);
	});

	it("gets lost packets again", async () => {
		const page = await OfferingPage.open(browser, "watch");
		const peer = await answer(page.offer);
		const relay = await UdpRelay.open();
		await page.accept(relay.intercept(peer.answer));
		await expect.poll(() => decoded(page), PATIENCE).toBeGreaterThan(5);
		let count = 0;
		relay.loses = (packet, direction) =>
			direction === "to viewer" && (packet[0] ?? 0) >= 128 && ++count % 10 === 0;
		const before = await decoded(page);
		await expect.poll(() => decoded(page), PATIENCE).toBeGreaterThan(before + 40);
		const { retransmittedPacketsReceived } = await page.stats("inbound-rtp");
		expect(retransmittedPacketsReceived).toBeGreaterThan(0);
		relay.close();
	});

	it("is not served when its certificate is another than it said", async () => {
		const page = await OfferingPage.open(browser, "watch");
		const [, first = ""] = /a=fingerprint:sha-256 ([0-9A-F]{2})/.exec(page.offer) ?? [];
		const other = first === "00" ? "01" : "00";
		const forged = page.offer.replaceAll(`a=fingerprint:sha-256 ${first}`, `a=fingerprint:sha-256 ${other}`);
		const peer = await answer(forged);
		await page.accept(peer.answer);
		await expect.poll(() => events, PATIENCE).toEqual(["closed dtls-failed"]);
		expect(await decoded(page)).toBe(0);
	});

	it("that never connects is given up after 20 s, one that falls silent after 12 s", async () => {
		const never = await OfferingPage.open(browser, "watch");
		await answer(never.offer);
		clock.jump(15_000);
		expect(events).toEqual([]);
		clock.jump(6100);
		expect(events).toEqual(["closed connect-timeout"]);
		const page = await OfferingPage.open(browser, "watch");
		const relay = await UdpRelay.open();
		await page.accept(relay.intercept((await answer(page.offer)).answer));
		await expect.poll(() => decoded(page), PATIENCE).toBeGreaterThan(0);
		relay.loses = () => true;
		clock.jump(6000);
		expect(events.at(-1)).toBe("connected");
		clock.jump(7100);
		expect(events.at(-1)).toBe("closed silent");
		relay.close();
	});

	it("that closes here is heard of no more", async () => {
		const page = await OfferingPage.open(browser, "watch");
		const peer = await answer(page.offer);
		await page.accept(peer.answer);
		await expect.poll(() => events, PATIENCE).toEqual(["connected"]);
		await peer.close();
		await peer.close();
		await page.leave();
		expect(events).toEqual(["connected"]);
	});

	it.each([
		["hello", "bad-offer"],
		["v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", "bad-offer"],
	])("that says %j is refused with %s", async (offer, code) => {
		await expect(answer(offer)).rejects.toMatchObject({ code });
	});
});
