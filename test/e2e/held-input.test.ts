import type { Browser, BrowserContext, Page } from "playwright";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { moveTo, newContext, openDevice, PATIENCE, takeControl } from "../support/device-page.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { type Product, readMetric, startProduct } from "../support/product.ts";
import { type ScreenClient, startScreenClient } from "../support/screen-client.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

/** The host lets go after 250 ms of silence; the rest is for a busy machine. */
const SILENCE = { least: 150, most: 2500 } as const;

const keep = keepForAll();
let browser: Browser;
let x: XDisplay;
let product: Product;
let client: ScreenClient;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
	[browser, x] = await Promise.all([keep(launchBrowser()), keep(startXDisplay({ width: 800, height: 600 }))]);
	product = await keep(startProduct({ devices: [`x11:${x.display}?id=screen`] }));
});

beforeEach(async () => {
	client = await keepForTest(startScreenClient("echo", { display: x.display, geometry: "800x600+0+0" }));
	context = await newContext(browser, product);
	page = await openDevice(context, product, "screen");
	await holdSomething();
});

/** Presses Shift and the left button and waits until a program on the display has both. */
async function holdSomething(): Promise<void> {
	await expect
		.poll(async () => {
			await takeControl(page, { x: 100, y: 100 });
			await moveTo(page, { x: 200, y: 200 });
			return client.events.some(({ event }) => event === "motion");
		}, PATIENCE)
		.toBe(true);
	await page.mouse.down();
	await page.keyboard.down("Shift");
	await client.until(() => changes().length === 2);
	expect(changes().toSorted()).toEqual(["+Shift_L", "+button 1"]);
}

function changes(): string[] {
	return client.events.flatMap((event) => {
		if (event.event === "key") return [`${event.down ? "+" : "-"}${event.keysym}`];
		return event.event === "button" ? [`${event.down ? "+" : "-"}button ${event.button}`] : [];
	});
}

/** Waits until nothing is held any more, and that each was let go of once. */
async function untilReleased(): Promise<void> {
	await client.until(() => changes().length >= 4);
	expect(changes().slice(2).toSorted()).toEqual(["-Shift_L", "-button 1"]);
}

describe("held keys and buttons are let go of", () => {
	test("when the screen loses the keyboard", async () => {
		await page.getByTestId("text-input").evaluate((field: HTMLElement) => field.blur());
		await untilReleased();
	});

	test("when the window loses the focus", async () => {
		await page.evaluate(() => window.dispatchEvent(new Event("blur")));
		await untilReleased();
	});

	test("when the page is hidden", async () => {
		await page.evaluate(() => {
			Object.defineProperty(document, "hidden", { value: true });
			document.dispatchEvent(new Event("visibilitychange"));
		});
		await untilReleased();
	});

	test("when the page goes elsewhere", async () => {
		await page.goto("about:blank");
		await untilReleased();
	});

	test("when the tab is closed", async () => {
		await page.close();
		await untilReleased();
	});

	test("when the page is killed", async () => {
		const crashed = page.waitForEvent("crash");
		const session = await context.newCDPSession(page);
		session.send("Page.crash").catch(() => {});
		await crashed;
		await untilReleased();
	});

	test("when the person lays control down", async () => {
		// Past the mouse, whose button is held.
		await page.getByTestId("floor-menu").evaluate((button: HTMLElement) => button.click());
		await page.getByTestId("floor-release").evaluate((item: HTMLElement) => item.click());
		await untilReleased();
	});

	test("when the viewer is silent for a quarter of a second", async () => {
		const before = await readMetric(product, "porthole_input_dropped_total", { reason: "silent-holder" });
		const busyFor = 3000;
		const silent = page.evaluate((ms) => {
			const since = performance.now();
			while (performance.now() - since < ms);
		}, busyFor);
		const since = performance.now();
		await untilReleased();
		const took = performance.now() - since;
		expect(took).toBeGreaterThan(SILENCE.least);
		expect(took).toBeLessThan(SILENCE.most);
		await silent;
		const after = await readMetric(product, "porthole_input_dropped_total", { reason: "silent-holder" });
		expect(after - before).toBe(1);
	});
});

describe("held keys and buttons stay held", () => {
	test("for as long as the viewer holds them, whatever another viewer does", async () => {
		const other = await openDevice(await newContext(browser, product), product, "screen");
		await moveTo(other, { x: 300, y: 300 });
		await other.close();
		// More than twice the silence that would end it, told by the page's own clock.
		await page.evaluate(() => new Promise((done) => setTimeout(done, 600)));
		expect(changes()).toHaveLength(2);
		await page.keyboard.up("Shift");
		await page.mouse.up();
		await untilReleased();
	});
});
