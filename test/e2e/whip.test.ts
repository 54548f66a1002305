import type { Browser, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { newContext, openDevice, PATIENCE, stateOf, untilAdvanced } from "../support/device-page.ts";
import { publish, stop } from "../support/foreign-clients.ts";
import { type ForeignSite, serveForeignSite } from "../support/foreign-page.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { askAsOwner, type Product, startProduct } from "../support/product.ts";
import { colourDistance, colourOf, pictureSize, readPixel, STRIP_CELL } from "../support/screen-pixels.ts";

/** Coding keeps flat colours to within this, of 255. */
const NEAR = 12;

const keep = keepForAll();
let browser: Browser;
let product: Product;
let site: ForeignSite;

beforeAll(async () => {
	[browser, product, site] = await Promise.all([
		keep(launchBrowser()),
		keep(startProduct({ devices: ["demo:"] })),
		keep(serveForeignSite()),
	]);
});

async function foreignPage(): Promise<Page> {
	const context = await keepForTest(browser.newContext());
	const page = await context.newPage();
	await page.goto(site.origin);
	return page;
}

const door = (id: string) => ({ url: `${product.origin}/whip/${id}`, token: product.ownerToken });

async function deviceIds(): Promise<string[]> {
	const { devices } = JSON.parse(await askAsOwner(product, "/api/devices")) as { devices: { id: string }[] };
	return devices.map(({ id }) => id);
}

describe("a WHIP publisher that somebody else wrote, on another site", () => {
	test("is a device for as long as it sends, and viewers hear why it ended", async () => {
		const page = await foreignPage();
		await publish(page, door("screen-share"));
		expect(await deviceIds()).toContain("screen-share");
		const own = await openDevice(await newContext(browser, product), product, "screen-share");
		await untilAdvanced(own, STRIP_CELL.x11);
		await expect.poll(() => pictureSize(own), PATIENCE).toEqual({ width: 640, height: 360 });
		const distance = async () => colourDistance(await readPixel(own, { x: 300, y: 200 }), colourOf(0x2850c8));
		await expect.poll(distance, PATIENCE).toBeLessThanOrEqual(NEAR);

		await stop(page);
		await expect.poll(() => stateOf(own), PATIENCE).toBe("ended");
		expect(await own.getByText("The publisher stopped sending").count()).toBe(1);
		expect(await deviceIds()).toEqual(["demo"]);
	});

	test("keeps its id for itself, and leaves it when it vanishes without a word", async () => {
		const page = await foreignPage();
		await publish(page, door("cam"));
		await expect(publish(await foreignPage(), door("cam"))).rejects.toThrow("status 409");
		await expect(publish(await foreignPage(), door("demo"))).rejects.toThrow("status 409");
		await page.context().close();
		await expect.poll(deviceIds, { ...PATIENCE, timeout: 40_000 }).toEqual(["demo"]);
		const again = await foreignPage();
		await publish(again, door("cam"));
		const own = await openDevice(await newContext(browser, product), product, "cam");
		await untilAdvanced(own, STRIP_CELL.x11);
	});
});
