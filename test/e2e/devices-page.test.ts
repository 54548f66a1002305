import type { Browser, Locator, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { complaintsOf, newContext, openPage, PATIENCE, untilState } from "../support/device-page.ts";
import { keepForAll } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";

const keep = keepForAll();
let browser: Browser;
let product: Product;

beforeAll(async () => {
	browser = await keep(launchBrowser());
	// What a machine without a display offers when nobody names a device.
	product = await keep(startProduct({ devices: [], environment: { DISPLAY: "" } }));
});

async function openList(): Promise<Page> {
	return openPage(await newContext(browser, product), product.origin);
}

function cardOf(page: Page, id: string): Locator {
	return page.locator(`[data-testid=device-card][data-device-id=${id}]`);
}

/** Address and width of the frame on a card, once there is one. */
async function screenshotOn(card: Locator): Promise<{ source: string; width: number } | undefined> {
	if ((await card.locator("img").count()) === 0) return undefined;
	return card.locator("img").evaluate((image: HTMLImageElement) => ({
		source: image.src,
		width: image.complete ? image.naturalWidth : 0,
	}));
}

test("the list shows a desktop and the demo, each with a screenshot of its screen that is refreshed", async () => {
	expect([...product.deviceIds].toSorted()).toEqual(["demo", "desktop"]);
	const page = await openList();
	for (const [id, words] of [
		["desktop", "Linux desktop"],
		["demo", "Demo"],
	] as const) {
		const card = cardOf(page, id);
		await card.waitFor();
		expect(await card.textContent()).toContain(words);
		await expect.poll(async () => (await screenshotOn(card))?.width, PATIENCE).toBeGreaterThan(100);
		const first = await screenshotOn(card);
		await expect.poll(async () => (await screenshotOn(card))?.source, PATIENCE).not.toBe(first?.source);
	}
	expect(complaintsOf(page)).toEqual([]);
});

test("a card opens its device, and the way back leads to the list", async () => {
	const page = await openList();
	await cardOf(page, "demo").click();
	await page.waitForURL(`${product.origin}/devices/demo`);
	await untilState(page, "live");
	await expect.poll(() => page.title(), PATIENCE).toBe("Demo phone · Porthole");
	await page.getByRole("link", { name: "All devices" }).first().click();
	await cardOf(page, "demo").waitFor();
	expect(complaintsOf(page)).toEqual([]);
});

test("the list follows who watches, without a reload", async () => {
	const list = await openList();
	const card = cardOf(list, "desktop");
	await expect.poll(() => card.textContent(), PATIENCE).toMatch(/Ready/);
	const viewer = await openPage(await newContext(browser, product), `${product.origin}/devices/desktop`);
	await untilState(viewer, "live");
	await expect.poll(() => card.textContent(), PATIENCE).toMatch(/1watching.*Live/);
	await viewer.close();
	await expect.poll(() => card.textContent(), PATIENCE).toMatch(/Ready/);
});

test("an address that is no device says so", async () => {
	const context = await newContext(browser, product);
	const page = await openPage(context, `${product.origin}/devices/elsewhere`);
	await untilState(page, "refused");
	expect(await page.getByTestId("state").textContent()).toContain("There is no device elsewhere");
	const nowhere = await openPage(context, `${product.origin}/nowhere`);
	expect(await nowhere.textContent("main")).toContain("There is nothing here");
});
