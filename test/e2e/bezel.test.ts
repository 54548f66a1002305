import type { Browser, Page } from "playwright";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { POINTER } from "../../server/devices/demo/parts/contacts.ts";
import { contactColour } from "../../server/devices/demo/theme.ts";
import { launchBrowser } from "../support/browser.ts";
import { newContext, openDevice, PATIENCE, placeOnPage, untilState } from "../support/device-page.ts";
import { keepForAll } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { colourDistance, colourOf, frameSize, type Pixel, readPixel } from "../support/screen-pixels.ts";

/** How far a colour may be from its own after coding. */
const NEAR = 60;
const CONTACT = colourOf(Number.parseInt(contactColour(POINTER).slice(1), 16));
/** What the volume's level is drawn on, and a place of it, device pixels. */
const LEVEL = colourOf(0x16181f);
const LEVEL_AT: Pixel = { x: 2 * 15, y: 2 * (166 + 72) };

const keep = keepForAll();
let browser: Browser;
let product: Product;
let page: Page;

beforeAll(async () => {
	browser = await keep(launchBrowser());
	product = await keep(startProduct({ devices: ["demo:", "demo:?id=turned"] }));
});

beforeEach(async () => {
	page = await openDevice(await newContext(browser, product), product, "demo");
});

const bezel = () => page.getByTestId("frame");
const untilBezel = () => expect.poll(() => bezel().getAttribute("data-loaded"), PATIENCE).toBe("true");
const screenBox = () => page.getByTestId("screen").boundingBox();
const isNear = async (place: Pixel, colour: readonly [number, number, number]) => {
	const drawn = await readPixel(page, place);
	return drawn !== undefined && colourDistance(drawn, colour) < NEAR;
};

/** The four corners as far out as their roundness lets, and the middle of an edge, device pixels. */
function places({ width, height }: { width: number; height: number }): Pixel[] {
	const [near, right, bottom] = [30, width - 30, height - 30];
	return [
		{ x: near, y: near },
		{ x: right, y: bottom },
		{ x: right, y: near },
		{ x: near, y: bottom },
		{ x: 4, y: height / 2 },
	];
}

/** Presses the mouse at so many places and sees the demo draw its contact there. */
async function pressPlaces(count: number): Promise<void> {
	for (const place of places(await frameSize(page)).slice(0, count)) {
		const { x, y } = await placeOnPage(page, place);
		await page.mouse.move(x, y);
		await page.mouse.down();
		await expect.poll(() => isNear(place, CONTACT), PATIENCE).toBe(true);
		await page.mouse.up();
	}
}

/** How far the screen is from the bezel's left and upper edge, points, when the screen is so many points wide. */
async function rimInPoints(width: number): Promise<number[]> {
	const [outer, inner] = [await bezel().boundingBox(), await screenBox()];
	if (!outer || !inner) throw new Error("there is no frame");
	const point = inner.width / width;
	return [inner.x - outer.x, inner.y - outer.y].map((length) => Math.round(length / point));
}

async function turn(): Promise<void> {
	const { width } = await frameSize(page);
	await page.getByTestId("button-rotate").click();
	await expect.poll(async () => (await frameSize(page)).width, PATIENCE).not.toBe(width);
}

test("the frame's place is kept before its pictures are there, and no picture waits for them", async () => {
	await untilBezel();
	const box = await screenBox();
	const context = await newContext(browser, product);
	await context.route("**/frame/**", () => {});
	const bare = await openDevice(context, product, "demo");
	expect(await bare.getByTestId("frame").getAttribute("data-loaded")).toBeNull();
	expect(await bare.getByTestId("screen").boundingBox()).toEqual(box);
});

describe("a touch meets the place that is seen", () => {
	test("in the frame, upright and turned", { timeout: 120_000 }, async () => {
		page = await openDevice(await newContext(browser, product), product, "turned");
		await untilBezel();
		expect(await rimInPoints(360)).toEqual([16, 13]);
		await pressPlaces(5);
		await turn();
		await expect.poll(() => bezel().getAttribute("data-turn"), PATIENCE).toBe("90");
		// Turned to the right, what is beside the screen is above and below it.
		await expect.poll(() => rimInPoints(780), PATIENCE).toEqual([13, 16]);
		await pressPlaces(4);
	});

	test("at its natural size, in part outside of the window", async () => {
		await page.setViewportSize({ width: 1280, height: 500 });
		await page.getByTestId("fit-mode").click();
		await expect.poll(async () => (await screenBox())?.width, PATIENCE).toBeCloseTo(360, 3);
		const place = { x: 200, y: 300 };
		const { x, y } = await placeOnPage(page, place);
		await page.mouse.move(x, y);
		await page.mouse.down();
		await expect.poll(() => isNear(place, CONTACT), PATIENCE).toBe(true);
		await page.mouse.up();
	});
});

describe("the frame's buttons", () => {
	beforeEach(untilBezel);

	test("come out under the pointer, go in when they are pressed, and do what they do there", async () => {
		const louder = page.getByTestId("frame-button-volume-up");
		const picture = page.locator("img[src*='button-volume-up.png']");
		const transform = () => picture.evaluate((image) => image.style.transform);
		expect(await transform()).toBe("");
		await louder.hover();
		await expect.poll(transform, PATIENCE).toMatch(/^translate\(-/);
		await page.mouse.down();
		await expect.poll(() => louder.getAttribute("data-pressed"), PATIENCE).toBe("true");
		await page.locator("img[src*='button-volume-up-pressed']").waitFor({ state: "visible" });
		await expect.poll(() => isNear(LEVEL_AT, LEVEL), PATIENCE).toBe(true);
		await page.mouse.up();
		await expect.poll(() => louder.getAttribute("data-pressed"), PATIENCE).toBeNull();
		await expect.poll(() => isNear(LEVEL_AT, LEVEL), PATIENCE).toBe(false);
	});

	test("are reached and held by the keyboard", async () => {
		const lock = page.getByRole("button", { name: "Lock, on the frame" });
		const black = () => isNear({ x: 360, y: 1400 }, [0, 0, 0]);
		await lock.focus();
		await page.keyboard.press("Enter");
		await expect.poll(black, PATIENCE).toBe(true);
		await page.keyboard.down("Space");
		await expect.poll(() => lock.getAttribute("data-pressed"), PATIENCE).toBe("true");
		await page.keyboard.up("Space");
		await expect.poll(black, PATIENCE).toBe(false);
	});
});

test("without a bezel there is no frame, also after a reload, until it is wanted again", async () => {
	await untilBezel();
	await page.getByTestId("bezel").click();
	await expect.poll(() => bezel().count(), PATIENCE).toBe(0);
	await page.reload();
	await untilState(page, "live");
	expect(await bezel().count()).toBe(0);
	await pressPlaces(2);
	await page.getByTestId("bezel").click();
	await untilBezel();
});

test("full screen shows the screen alone", async () => {
	await untilBezel();
	await page.getByTestId("fullscreen").click();
	await expect.poll(() => bezel().count(), PATIENCE).toBe(0);
	await expect.poll(async () => Math.round((await screenBox())?.y ?? -1), PATIENCE).toBe(0);
});
