import type { Browser, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import {
	newContext,
	openPage,
	PATIENCE,
	recordStates,
	stateOf,
	untilAdvanced,
	untilState,
} from "../support/device-page.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";
import { type SplitProduct, startSplitProduct } from "../support/split-product.ts";

const keep = keepForAll();
let browser: Browser;

beforeAll(async () => {
	browser = await keep(launchBrowser());
});

interface Welcome {
	readonly viewerId: string;
}

/** A device's page, and every welcome that its signaling said. */
async function open(product: SplitProduct): Promise<{ page: Page; welcomes: Welcome[] }> {
	const context = await newContext(browser, product);
	const page = await context.newPage();
	const welcomes: Welcome[] = [];
	page.on("websocket", (socket) => {
		socket.on("framereceived", ({ payload }) => {
			const message = JSON.parse(String(payload));
			if (message.type === "welcome") welcomes.push(message);
		});
	});
	await page.goto(`${product.origin}/devices/demo`);
	await untilState(page, "live");
	return { page, welcomes };
}

test("pictures go on while signaling is away, and the viewer keeps its id when it is back", async () => {
	const product = await keepForTest(startSplitProduct(["demo:"]));
	const { page, welcomes } = await open(product);
	const stream = await page.evaluateHandle(() => document.querySelector("video")?.srcObject);
	const states = await recordStates(page);

	await product.stopSignaling();
	await untilAdvanced(page, STRIP_CELL.demo);
	await untilAdvanced(page, STRIP_CELL.demo);
	expect(await stateOf(page)).toBe("live");

	await product.startSignaling();
	await expect.poll(() => welcomes.length, PATIENCE).toBe(2);
	expect(welcomes[1]?.viewerId).toBe(welcomes[0]?.viewerId);
	await untilAdvanced(page, STRIP_CELL.demo);
	const same = await page.evaluate((before) => document.querySelector("video")?.srcObject === before, stream);
	expect(same).toBe(true);
	expect(await states()).toEqual(["live"]);
});

test("input still reaches the device while signaling is away", async () => {
	const product = await keepForTest(startSplitProduct(["demo:"]));
	const { page } = await open(product);
	await product.stopSignaling();
	const isWide = () =>
		page.getByTestId("screen").evaluate((video: HTMLVideoElement) => video.videoWidth > video.videoHeight);
	expect(await isWide()).toBe(false);
	await page.getByTestId("button-rotate").click();
	await expect.poll(isWide, PATIENCE).toBe(true);
});

test("the list says that it may be out of date, and comes back by itself", async () => {
	const product = await keepForTest(startSplitProduct(["demo:"]));
	const page = await openPage(await newContext(browser, product), product.origin);
	await page.getByTestId("device-card").waitFor();
	const notice = page.getByText("Reconnecting; this may be out of date");
	expect(await notice.isVisible()).toBe(false);
	await product.stopSignaling();
	await expect.poll(() => notice.isVisible(), PATIENCE).toBe(true);
	expect(await page.getByTestId("device-card").count()).toBe(1);
	await product.startSignaling();
	await expect.poll(() => notice.isVisible(), PATIENCE).toBe(false);
});
