import type { Page } from "playwright";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { PATIENCE, stateOf, untilAdvanced, untilState } from "../support/device-page.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { ownerCookie, type Product, readMetric, startProduct } from "../support/product.ts";
import { startScreenClient } from "../support/screen-client.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";
import { launchTabbedBrowser, type TabbedBrowser } from "../support/tabbed-browser.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

declare global {
	interface Window {
		/** When the page was seen again, and when it showed its first picture after that, page's clock, ms. */
		backAt?: number;
		pictureAt?: number;
	}
}

const keep = keepForAll();
let x: XDisplay;
let product: Product;
let tabs: TabbedBrowser;

beforeAll(async () => {
	x = await keep(startXDisplay({ width: 800, height: 600 }));
	product = await keep(startProduct({ devices: [`x11:${x.display}?id=screen`] }));
});

beforeEach(async () => {
	await keepForTest(startScreenClient("clock", { display: x.display, geometry: "800x600+0+0" }));
	tabs = await keepForTest(launchTabbedBrowser());
	await tabs.context.addCookies([await ownerCookie(product)]);
});

async function openTab(url = `${product.origin}/devices/screen`): Promise<Page> {
	const page = await tabs.context.newPage();
	await page.goto(url, { waitUntil: "domcontentloaded" });
	return page;
}

const visibility = (page: Page) => page.evaluate(() => document.visibilityState);
const coded = () => readMetric(product, "porthole_access_units_total");

/** Until the device gives no more pictures. */
async function untilResting(): Promise<void> {
	let before = -1;
	const resting = async () => {
		const now = await coded();
		const same = now === before;
		before = now;
		return same;
	};
	await expect.poll(resting, { ...PATIENCE, interval: 300 }).toBe(true);
}

/** Notes when the page is seen again and shows its next picture. */
async function noteReturn(page: Page): Promise<void> {
	await page.evaluate(() => {
		const video = document.querySelector<HTMLVideoElement>("video");
		document.addEventListener("visibilitychange", () => {
			if (document.hidden) return;
			window.backAt = performance.now();
			video?.requestVideoFrameCallback(() => {
				window.pictureAt = performance.now();
			});
		});
	});
}

test("a tab behind another gets no pictures, its device rests, and both are back when it is in front again", async () => {
	const page = await openTab();
	await untilState(page, "live");
	await untilAdvanced(page, STRIP_CELL.x11);
	await noteReturn(page);
	const ended = await readMetric(product, "porthole_peers_ended_total", { reason: "silent" });
	const other = await openTab("about:blank");
	await expect.poll(() => visibility(page), PATIENCE).toBe("hidden");
	await untilResting();
	const before = await coded();
	// Longer than a host waits for a viewer that is gone, 12 s.
	await new Promise((resolve) => setTimeout(resolve, 14_000));
	expect(await coded()).toBe(before);
	expect(await stateOf(page)).toBe("live");
	await page.bringToFront();
	await expect.poll(() => page.evaluate(() => window.pictureAt !== undefined), PATIENCE).toBe(true);
	const waited = await page.evaluate(() => (window.pictureAt ?? 0) - (window.backAt ?? 0));
	expect(waited, "ms from being seen to a new picture").toBeLessThan(500);
	await untilAdvanced(page, STRIP_CELL.x11);
	expect(await readMetric(product, "porthole_peers_ended_total", { reason: "silent" })).toBe(ended);
	await other.close();
}, 60_000);

test("a device goes on for the tab that is seen, and rests only when none is", async () => {
	const first = await openTab();
	await untilState(first, "live");
	const second = await openTab();
	await untilState(second, "live");
	await expect.poll(() => visibility(first), PATIENCE).toBe("hidden");
	await untilAdvanced(second, STRIP_CELL.x11);
	const cover = await openTab("about:blank");
	await expect.poll(() => visibility(second), PATIENCE).toBe("hidden");
	await untilResting();
	await first.bringToFront();
	await untilAdvanced(first, STRIP_CELL.x11);
	await cover.close();
}, 60_000);

test("a tab that was opened behind another shows its picture when it is first seen", async () => {
	const page = await openTab();
	await untilState(page, "live");
	const cover = await openTab("about:blank");
	await expect.poll(() => visibility(page), PATIENCE).toBe("hidden");
	await page.reload({ waitUntil: "domcontentloaded" });
	expect(await visibility(page)).toBe("hidden");
	await expect
		.poll(
			() => page.getByTestId("screen").evaluate((video: HTMLVideoElement) => video.srcObject !== null),
			PATIENCE,
		)
		.toBe(true);
	await untilResting();
	await page.bringToFront();
	await untilState(page, "live");
	await untilAdvanced(page, STRIP_CELL.x11);
	await cover.close();
}, 60_000);
