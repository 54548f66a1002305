import { describe, expect, it } from "vitest";
import { createMediasoupEngine } from "../../../../server/webrtc/mediasoup/engine.ts";
import { launchBrowser } from "../../../support/browser.ts";
import { MediaViewer } from "../../../support/media-viewer.ts";
import { hasMediasoup } from "../../../support/mediasoup.ts";
import { PatternSource } from "../../../support/pattern-source.ts";
import { UdpRelay } from "../../../support/udp-relay.ts";

const PATIENCE = { timeout: 60_000, interval: 30 };

/** mediasoup's worker goes by its own clock, so these are 12 real seconds. */
describe.runIf(hasMediasoup())("a viewer in Chromium", () => {
	it("is gone when nothing was heard for too long", async () => {
		const browser = await launchBrowser();
		const engine = createMediasoupEngine({
			now: () => performance.timeOrigin + performance.now(),
			workers: 1,
		});
		const track = engine.openTrack({ keyframeNeeded: () => source.requestKeyframe(), targetBitrates() {} });
		const source = new PatternSource((unit) => track.push(unit));
		const relay = await UdpRelay.open();
		try {
			const viewer = await MediaViewer.join(browser, track, (offer) => relay.intercept(offer));
			await expect.poll(async () => (await viewer.counts()).framesDecoded, PATIENCE).toBeGreaterThan(10);
			relay.loses = () => true;
			await expect.poll(() => viewer.events, PATIENCE).toEqual(["connected", "closed silent"]);
		} finally {
			source.stop();
			relay.close();
			await engine.close();
			await browser.close();
		}
	});
});
