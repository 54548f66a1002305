import type { Browser, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import {
	newContext,
	openDevice,
	PATIENCE,
	recordStates,
	stateOf,
	untilAdvanced,
	untilFresh,
	untilState,
} from "../support/device-page.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { ECHO_REST_COLOUR, type ScreenClientMode, startScreenClient } from "../support/screen-client.ts";
import { colourDistance, colourOf, frameSize, readPixel, STRIP_CELL } from "../support/screen-pixels.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";
import { paintBackground } from "../support/x-screen.ts";

/** Coding keeps flat colours to within this, of 255. */
const NEAR = 6;

const keep = keepForAll();
let browser: Browser;
let x: XDisplay;
let product: Product;

beforeAll(async () => {
	[browser, x] = await Promise.all([
		keep(launchBrowser()),
		keep(startXDisplay({ width: 1280, height: 720 })),
	]);
	product = await keep(startProduct({ devices: [`x11:${x.display}?id=screen`, "demo:"] }));
});

async function show(mode: ScreenClientMode, geometry = "1280x720+0+0"): Promise<void> {
	await keepForTest(startScreenClient(mode, { display: x.display, geometry }));
}

/** How far the colour of a pixel, away from the pointer in the middle, is from `0xRRGGBB`. */
async function distanceFrom(page: Page, rgb: number, place = { x: 200, y: 500 }): Promise<number> {
	return colourDistance(await readPixel(page, place), colourOf(rgb));
}

describe("the clock in the picture", () => {
	test("of an X display is within a second of now and goes on", async () => {
		await show("clock");
		const page = await openDevice(await newContext(browser, product), product, "screen");
		await untilAdvanced(page, STRIP_CELL.x11);
		expect(await frameSize(page)).toEqual({ width: 1280, height: 720 });
	});

	test("of the demo is within a second of now and goes on", async () => {
		const page = await openDevice(await newContext(browser, product), product, "demo");
		await untilAdvanced(page, STRIP_CELL.demo);
		expect(await frameSize(page)).toEqual({ width: 720, height: 1560 });
	});
});

describe("colours", () => {
	test("of an X display come out as they were drawn", async () => {
		const page = await openDevice(await newContext(browser, product), product, "screen");
		for (const rgb of [0xc83232, 0x32a050, 0x2850c8, 0xe0a030, 0x101010, 0xf0f0f0, 0x808080]) {
			await paintBackground(x.display, rgb);
			await expect.poll(() => distanceFrom(page, rgb), PATIENCE).toBeLessThanOrEqual(NEAR);
		}
	});

	test("of the demo come out as they were drawn", async () => {
		const page = await openDevice(await newContext(browser, product), product, "demo");
		// Between the text field and the buttons there is only the sheet.
		const onSheet = { x: 360, y: 1350 };
		await expect.poll(() => distanceFrom(page, 0xf5f4f1, onSheet), PATIENCE).toBeLessThanOrEqual(NEAR);
	});
});

describe("a new size", () => {
	test("of an X display reaches the video, and pictures go on", async () => {
		await show("clock", "640x480+0+0");
		const page = await openDevice(await newContext(browser, product), product, "screen");
		await untilFresh(page, STRIP_CELL.x11);
		for (const size of [
			{ width: 800, height: 600 },
			{ width: 1280, height: 720 },
		]) {
			x.resize(size.width, size.height);
			await expect.poll(() => frameSize(page), PATIENCE).toEqual(size);
			await untilAdvanced(page, STRIP_CELL.x11);
			expect(await stateOf(page)).toBe("live");
		}
	});

	test("of a turned demo reaches the video and its place on the page", async () => {
		const page = await openDevice(await newContext(browser, product), product, "demo");
		const rotate = page.getByTestId("button-rotate");
		const aspect = async () => {
			const box = await page.getByTestId("screen").boundingBox();
			return box ? box.width / box.height : 0;
		};
		for (const size of [
			{ width: 1560, height: 720 },
			{ width: 720, height: 1560 },
		]) {
			await rotate.click();
			await expect.poll(() => frameSize(page), PATIENCE).toEqual(size);
			await expect.poll(aspect, PATIENCE).toBeCloseTo(size.width / size.height, 1);
			await untilAdvanced(page, STRIP_CELL.demo);
		}
	});
});

describe("two viewers of one device", () => {
	test("see the same, and one that goes does not disturb the other", async () => {
		await show("echo");
		const open = async () => openDevice(await newContext(browser, product), product, "screen");
		const [one, other] = await Promise.all([open(), open()]);
		for (const page of [one, other]) {
			await expect.poll(() => distanceFrom(page, ECHO_REST_COLOUR), PATIENCE).toBeLessThanOrEqual(NEAR);
		}
		await show("clock");
		await Promise.all([untilFresh(one, STRIP_CELL.x11), untilFresh(other, STRIP_CELL.x11)]);

		const states = await recordStates(other);
		await one.close();
		await untilAdvanced(other, STRIP_CELL.x11);
		await untilAdvanced(other, STRIP_CELL.x11);
		expect(await states()).toEqual(["live"]);
	});

	test("that joins late gets its picture at once on a still screen", async () => {
		await show("echo");
		const context = await newContext(browser, product);
		await openDevice(context, product, "screen");
		const late = await openDevice(context, product, "screen");
		await untilState(late, "live");
		await expect.poll(() => distanceFrom(late, ECHO_REST_COLOUR), PATIENCE).toBeLessThanOrEqual(NEAR);
	});
});
