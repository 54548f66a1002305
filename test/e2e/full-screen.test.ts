import type { Browser, Page } from "playwright";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { newContext, openDevice, PATIENCE } from "../support/device-page.ts";
import { keepForAll } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";

const keep = keepForAll();
let browser: Browser;
let product: Product;
let page: Page;

beforeAll(async () => {
	[browser, product] = await Promise.all([keep(launchBrowser()), keep(startProduct({ devices: ["demo:"] }))]);
});

beforeEach(async () => {
	page = await openDevice(await newContext(browser, product), product, "demo");
});

const bar = () => page.getByTestId("full-screen-bar");
const isShown = async () => (await bar().getAttribute("data-shown")) !== null;

test("full screen shows its way out for three seconds, and whenever the pointer comes to the upper edge", async () => {
	await page.mouse.move(600, 400);
	await page.getByTestId("fullscreen").click();
	await expect.poll(isShown, PATIENCE).toBe(true);
	expect(await bar().textContent()).toContain("Hold Esc to leave");
	await page.mouse.move(600, 400);
	await expect.poll(isShown, PATIENCE).toBe(false);
	await page.mouse.move(640, 1);
	await expect.poll(isShown, PATIENCE).toBe(true);
	await page.getByTestId("leave-full-screen").click();
	await expect.poll(() => bar().count(), PATIENCE).toBe(0);
	await expect.poll(() => page.getByTestId("control-pill").isVisible(), PATIENCE).toBe(true);
});

test("Escape closes the statistics, and does not reach the device then", async () => {
	await page.getByRole("button", { name: "Connection details" }).click();
	const details = page.getByRole("region", { name: "Connection details" });
	await details.waitFor();
	await page.keyboard.press("Escape");
	await expect.poll(() => details.count(), PATIENCE).toBe(0);
	const focused = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
	expect(focused).toBe("Connection details");
});
