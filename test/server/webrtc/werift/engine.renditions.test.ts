import type { Browser } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../../server/devices/clock.ts";
import type { Rendition } from "../../../../server/devices/provider.ts";
import { loadAddon } from "../../../../server/native/load.ts";
import type { MediaEngine, TargetBitrates, Track } from "../../../../server/webrtc/media.ts";
import { SenderPool } from "../../../../server/webrtc/rtp/sender-pool.ts";
import { WeriftEngine } from "../../../../server/webrtc/werift/engine.ts";
import { launchBrowser } from "../../../support/browser.ts";
import { MediaViewer } from "../../../support/media-viewer.ts";
import { PatternSource } from "../../../support/pattern-source.ts";
import { UdpRelay } from "../../../support/udp-relay.ts";

const PATIENCE = { timeout: 20_000, interval: 50 };
/** So high that the least of the main rendition is more than a narrow path carries; its real one is 600 kbit/s. */
const MAX_BITRATES = { main: 6e6, small: 1e6 };
const NARROW = 350e3;

describe("viewers in Chromium with unlike paths", { timeout: 90_000 }, () => {
	let browser: Browser;
	let engine: MediaEngine;
	let track: Track;
	let targets: TargetBitrates[];
	let sources: Record<Rendition, PatternSource>;

	beforeAll(async () => {
		browser = await launchBrowser();
	}, 30_000);
	afterAll(() => browser.close());

	beforeEach(() => {
		targets = [];
		engine = new WeriftEngine({ clock: systemClock, pool: new SenderPool(loadAddon(), () => {}) });
		track = engine.openTrack({
			keyframeNeeded: (rendition) => sources[rendition].requestKeyframe(),
			targetBitrates(targetBitrates) {
				const before = targets.at(-1);
				targets.push(targetBitrates);
				for (const rendition of ["main", "small"] as const) {
					// A rendition starts with a keyframe.
					if (before?.[rendition] === undefined) sources[rendition].requestKeyframe();
				}
			},
		});
		track.setMaxBitrates(MAX_BITRATES);
		sources = { main: source("main"), small: source("small") };
	});
	afterEach(async () => {
		for (const one of Object.values(sources)) one.stop();
		await engine.close();
	});

	/** Pictures of a rendition while it is wanted; of the small one only keyframes, which are 120 kbit/s. */
	function source(rendition: Rendition): PatternSource {
		return new PatternSource((unit) => {
			const isPart = rendition === "main" || unit.keyframe;
			if (isPart && targets.at(-1)?.[rendition] !== undefined) track.push({ ...unit, rendition });
		});
	}

	const decoded = async (viewer: MediaViewer) => (await viewer.counts()).framesDecoded;

	it("get each its rendition: a narrow path the small one, and the main one again when it is wide", async () => {
		const near = await MediaViewer.join(browser, track);
		await expect.poll(() => decoded(near), PATIENCE).toBeGreaterThan(10);
		const relay = await UdpRelay.open();
		relay.bandwidth = NARROW;
		const far = await MediaViewer.join(browser, track, (offer) => relay.intercept(offer));
		await expect.poll(() => far.peer.stats().rendition, PATIENCE).toBe("small");
		await expect.poll(() => near.peer.stats().rendition, PATIENCE).toBe("main");
		expect(targets.at(-1)?.main).toBeGreaterThan(NARROW);
		const before = await decoded(far);
		await expect.poll(() => decoded(far), PATIENCE).toBeGreaterThan(before + 4);
		const { estimate } = far.peer.stats();
		expect(estimate).toBeLessThan(1.5 * NARROW);
		expect(targets.at(-1)?.small).toBeLessThan(1.5 * NARROW);
		relay.bandwidth = undefined;
		await expect.poll(() => far.peer.stats().rendition, PATIENCE).toBe("main");
		await expect.poll(() => targets.at(-1)?.small, PATIENCE).toBeUndefined();
		await Promise.all([near.leave(), far.leave()]);
		relay.close();
	});

	it("want no main rendition when no page is seen, and have it again with a keyframe", async () => {
		const viewer = await MediaViewer.join(browser, track);
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(10);
		expect(targets.at(-1)?.main).toBeGreaterThan(0);
		viewer.peer.setShown(false);
		expect(targets.at(-1)).toEqual({});
		const before = await decoded(viewer);
		viewer.peer.setShown(true);
		expect(targets.at(-1)?.main).toBeGreaterThan(0);
		await expect.poll(() => decoded(viewer), PATIENCE).toBeGreaterThan(before + 10);
		await viewer.leave();
		await expect.poll(() => targets.at(-1), PATIENCE).toEqual({});
	});
});
