import type { Browser, BrowserContext, CDPSession, Page } from "playwright";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { contactColour } from "../../server/devices/demo/theme.ts";
import { launchBrowser } from "../support/browser.ts";
import { newContext, openDevice, PATIENCE, placeOnPage } from "../support/device-page.ts";
import { keepForAll } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { colourDistance, colourOf, type Pixel, readPixel, readPixels } from "../support/screen-pixels.ts";

/** Radius of the ring that the demo draws around a contact, device pixels. */
const RING = 50;
/** A thin ring is coded less exactly than an area. */
const NEAR = 60;

const INK = colourOf(0x16181f);

/** Places on the demo's drawing surface, device pixels. */
const PLACES: readonly [Pixel, Pixel, Pixel] = [
	{ x: 180, y: 700 },
	{ x: 360, y: 1000 },
	{ x: 540, y: 700 },
];

const keep = keepForAll();
let browser: Browser;
let product: Product;
let page: Page;
let session: CDPSession;

beforeAll(async () => {
	browser = await keep(launchBrowser());
	product = await keep(startProduct({ devices: ["demo:"] }));
});

beforeEach(async () => {
	const context: BrowserContext = await newContext(browser, product, {
		viewport: { width: 390, height: 844 },
		hasTouch: true,
		isMobile: true,
	});
	page = await openDevice(context, product, "demo");
	session = await context.newCDPSession(page);
});

async function touch(type: "touchStart" | "touchMove" | "touchEnd", places: readonly Pixel[]): Promise<void> {
	const touchPoints = await Promise.all(
		places.map(async (place, id) => ({ id, ...(await placeOnPage(page, place)) })),
	);
	await session.send("Input.dispatchTouchEvent", { type, touchPoints });
}

/** Whether the demo draws the ring of a contact at a place. */
async function ringIsAt({ x, y }: Pixel, contact: number): Promise<boolean> {
	const drawn = await readPixel(page, { x: x - RING, y });
	return colourDistance(drawn, colourOf(Number.parseInt(contactColour(contact).slice(1), 16))) < NEAR;
}

async function untilRings(places: readonly Pixel[]): Promise<void> {
	for (const [contact, place] of places.entries()) {
		await expect.poll(() => ringIsAt(place, contact), PATIENCE).toBe(true);
	}
}

async function untilNoRings(places: readonly Pixel[]): Promise<void> {
	for (const [contact, place] of places.entries()) {
		await expect.poll(() => ringIsAt(place, contact), PATIENCE).toBe(false);
	}
}

async function zoomedTo(): Promise<number> {
	const box = await page.getByTestId("screen").boundingBox();
	return box?.width ?? 0;
}

/** How many pixels along the middle of the demo's text field have the colour of typed text. */
async function inkInField(): Promise<number> {
	const row = Array.from({ length: 120 }, (_, index) => ({ x: 64 + index, y: 1286 }));
	const colours = (await readPixels(page, row)) ?? [];
	return colours.filter((colour) => colourDistance(colour, INK) < NEAR / 2).length;
}

describe("on a touch screen", () => {
	test("one finger touches the device, moves there and leaves", async () => {
		const [first, second] = PLACES;
		await touch("touchStart", [first]);
		await untilRings([first]);
		await touch("touchMove", [second]);
		await untilRings([second]);
		await touch("touchEnd", []);
		await untilNoRings([second]);
	});

	test("several fingers are all on the device when pinching goes there", async () => {
		await page.getByRole("button", { name: /^Pinch/ }).tap();
		const width = await zoomedTo();
		await touch("touchStart", PLACES.slice(0, 1));
		await touch("touchStart", PLACES.slice(0, 2));
		await touch("touchStart", PLACES);
		await untilRings(PLACES);
		expect(await zoomedTo()).toBe(width);
		await touch("touchEnd", []);
		await untilNoRings(PLACES);
	});

	test("two fingers magnify the view and leave the device alone otherwise", async () => {
		const before = await zoomedTo();
		const [left, , right] = PLACES;
		await touch("touchStart", [left, right]);
		await touch("touchMove", [
			{ x: left.x - 150, y: left.y },
			{ x: right.x + 150, y: right.y },
		]);
		await expect.poll(zoomedTo, PATIENCE).toBeGreaterThan(before * 1.3);
		expect(await ringIsAt(left, 0)).toBe(false);
		await touch("touchEnd", []);
	});

	test("the keyboard button raises the soft keyboard, and what it gives is typed", async () => {
		await page.getByRole("button", { name: /keyboard/i }).tap();
		const field = page.getByTestId("text-input");
		await expect.poll(() => field.getAttribute("inputmode"), PATIENCE).toBe("text");
		expect(await inkInField()).toBe(0);
		await page.keyboard.insertText("MMMM");
		await expect.poll(inkInField, PATIENCE).toBeGreaterThan(5);
	});
});
