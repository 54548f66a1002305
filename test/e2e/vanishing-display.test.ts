import type { Browser } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import {
	newContext,
	openDevice,
	openPage,
	PATIENCE,
	recordStates,
	untilAdvanced,
	untilState,
} from "../support/device-page.ts";
import { keepForAll } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

const keep = keepForAll();
let browser: Browser;

/** A display for each test, since none comes back. */
let displays: XDisplay[];
let product: Product;

beforeAll(async () => {
	[browser, ...displays] = await Promise.all([
		keep(launchBrowser()),
		...[1, 2, 3].map(() => keep(startXDisplay({ width: 640, height: 480 }))),
	]);
	const devices = displays.map((x, index) => `x11:${x.display}?id=screen-${index}&name=Doomed`);
	product = await keep(startProduct({ devices: [...devices, "demo:"] }));
});

let next = 0;

/** A display that is still there, and its device. */
function nextDisplay(): { x: XDisplay; id: string } {
	const index = next++;
	const x = displays[index];
	if (!x) throw new Error("no display is left");
	return { x, id: `screen-${index}` };
}

test("a display that vanishes ends its pages with the reason and leaves other devices alone", async () => {
	const { x, id } = nextDisplay();
	const context = await newContext(browser, product);
	const doomed = await openDevice(context, product, id);
	const demo = await openDevice(context, product, "demo");
	const states = await recordStates(demo);
	await x.close();
	await untilState(doomed, "ended");
	const panel = doomed.getByTestId("state");
	await expect.poll(() => panel.textContent(), PATIENCE).toContain(`${x.display}`);
	expect(await panel.textContent()).toMatch(/display/i);
	expect(await doomed.getByTestId("try-again").isVisible()).toBe(true);
	await untilAdvanced(demo, STRIP_CELL.demo);
	expect(await states()).toEqual(["live"]);
	expect(product.running()).toBe(true);
});

test("the list says that the display is gone and why", async () => {
	const { x, id } = nextDisplay();
	const list = await openPage(await newContext(browser, product), product.origin);
	const card = list.locator(`[data-device-id=${id}]`);
	await card.waitFor();
	await x.close();
	await expect.poll(() => card.textContent(), PATIENCE).toContain(x.display);
});

test("trying again while the display is gone says so again, and the process lives", async () => {
	const { x, id } = nextDisplay();
	const page = await openDevice(await newContext(browser, product), product, id);
	await x.close();
	await untilState(page, "ended");
	const states = await recordStates(page);
	await page.getByTestId("try-again").click();
	await expect
		.poll(async () => (await states()).at(-1) === "ended" && (await states()).length > 1, PATIENCE)
		.toBe(true);
	expect(product.running()).toBe(true);
});
