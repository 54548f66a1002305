import type { Browser, Page } from "playwright";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { contactColour } from "../../server/devices/demo/theme.ts";
import { launchBrowser } from "../support/browser.ts";
import { moveTo, newContext, openDevice, PATIENCE } from "../support/device-page.ts";
import { keepForAll } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { colourDistance, colourOf, type Pixel, readPixel } from "../support/screen-pixels.ts";

const NEAR = 60;
/** Of the demo's frame, device pixels. */
const [WIDTH, HEIGHT] = [720, 1560];

const keep = keepForAll();
let browser: Browser;
let product: Product;
let page: Page;

beforeAll(async () => {
	browser = await keep(launchBrowser());
	product = await keep(startProduct({ devices: ["demo:"] }));
});

beforeEach(async () => {
	page = await openDevice(await newContext(browser, product), product, "demo");
});

const mirrored = ({ x, y }: Pixel): Pixel => ({ x: WIDTH - x, y: HEIGHT - y });
const marks = () => page.getByTestId("finger-marks");

/** Whether the demo draws the middle of a contact at a place. */
async function isThere(contact: number, place: Pixel): Promise<boolean> {
	const drawn = await readPixel(page, place);
	const colour = colourOf(Number.parseInt(contactColour(contact).slice(1), 16));
	return drawn !== undefined && colourDistance(drawn, colour) < NEAR;
}

async function untilFingers(first: Pixel, second: Pixel): Promise<void> {
	await expect.poll(() => isThere(0, first), PATIENCE).toBe(true);
	await expect.poll(() => isThere(1, second), PATIENCE).toBe(true);
}

async function untilNone(...places: Pixel[]): Promise<void> {
	for (const place of places)
		await expect
			.poll(async () => (await isThere(0, place)) || (await isThere(1, place)), PATIENCE)
			.toBe(false);
}

describe("with Alt held, a mouse is two fingers", () => {
	const from = { x: 480, y: 700 };
	const to = { x: 600, y: 640 };

	test("that are mirrored around the middle, are seen, move, and leave with the button", async () => {
		await moveTo(page, from);
		expect(await marks().count()).toBe(0);
		await page.keyboard.down("Alt");
		await expect.poll(() => marks().count(), PATIENCE).toBe(1);
		await page.getByText("Drag with two fingers").waitFor();
		await page.mouse.down();
		await untilFingers(from, mirrored(from));
		await moveTo(page, to);
		await untilFingers(to, mirrored(to));
		await page.mouse.up();
		await untilNone(to, mirrored(to));
		await page.keyboard.up("Alt");
		await expect.poll(() => marks().count(), PATIENCE).toBe(0);
	});

	test("that leave when Alt does, and the button then means nothing until it is up", async () => {
		await moveTo(page, from);
		await page.keyboard.down("Alt");
		await page.mouse.down();
		await untilFingers(from, mirrored(from));
		await page.keyboard.up("Alt");
		await untilNone(from, mirrored(from));
		await moveTo(page, to);
		await page.mouse.up();
		await untilNone(to);
	});

	test("that move alike with Shift", async () => {
		await moveTo(page, from);
		await page.keyboard.down("Alt");
		await page.mouse.down();
		await untilFingers(from, mirrored(from));
		await page.keyboard.down("Shift");
		await moveTo(page, { x: from.x + 40, y: from.y + 100 });
		const other = mirrored(from);
		await untilFingers({ x: from.x + 40, y: from.y + 100 }, { x: other.x + 40, y: other.y + 100 });
		await page.mouse.up();
		await page.keyboard.up("Shift");
		await page.keyboard.up("Alt");
	});
});

test("the keys' menu tells of it to whoever has no mouse over the screen yet", async () => {
	await page.getByRole("button", { name: /^Keys/ }).focus();
	await page.keyboard.press("Enter");
	await page.getByText(/hold Alt \(Option\) over the screen and drag to pinch/).waitFor();
});
