import type { Browser, Page } from "playwright";
import { beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { newContext, openDevice, PATIENCE, untilState } from "../support/device-page.ts";
import { keepForAll } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { startScreenClient } from "../support/screen-client.ts";
import { makeSettableClock, type SettableClock } from "../support/settable-clock.ts";
import { startXDisplay } from "../support/x-display.ts";

const HOUR = 3_600_000;

const keep = keepForAll();
let browser: Browser;
let clock: SettableClock;
let product: Product;

beforeAll(async () => {
	const x = await keep(startXDisplay({ width: 640, height: 480 }));
	await keep(startScreenClient("clock", { display: x.display, geometry: "640x480+0+0" }));
	clock = await keep(makeSettableClock());
	browser = await keep(launchBrowser());
	const devices = [`x11:${x.display}?id=screen`];
	product = await keep(startProduct({ devices, environment: clock.environment }));
});

async function open(): Promise<Page> {
	const opened = await openDevice(await newContext(browser, product), product, "screen");
	await untilState(opened, "live");
	return opened;
}

const shown = (page: Page) =>
	page.evaluate(() => document.querySelector("video")?.getVideoPlaybackQuality().totalVideoFrames ?? 0);

/** Frames shown in two seconds of the page's own clock. */
async function shownInTwoSeconds(page: Page): Promise<number> {
	const before = await shown(page);
	const over = (await page.evaluate(() => performance.now())) + 2_000;
	await page.waitForFunction((time) => performance.now() >= time, over);
	return (await shown(page)) - before;
}

/** The latency that the page shows, ms. */
async function latency(page: Page): Promise<number> {
	const readout = page.getByTestId("latency");
	await expect.poll(() => readout.textContent(), PATIENCE).toMatch(/^-?\d/);
	return Number.parseInt((await readout.textContent()) ?? "", 10);
}

describe("while the host's wall clock is set", () => {
	it.each([
		["back by an hour", -HOUR],
		["forward by two hours", HOUR],
		["back by two seconds", HOUR - 2_000],
		["to the time again", 0],
	])("%s, its viewers go on, newcomers see the screen, and the delay shown is true", async (_, ahead) => {
		const page = await open();
		const before = await shownInTwoSeconds(page);
		await clock.set(ahead);
		expect(await shownInTwoSeconds(page)).toBeGreaterThan(before / 2);
		const newcomer = await open();
		for (const one of [page, newcomer]) {
			expect(await latency(one)).toBeGreaterThanOrEqual(0);
			expect(await latency(one)).toBeLessThan(1_000);
		}
	});
});
