import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import {
	complaintsOf,
	moveTo,
	newContext,
	openDevice,
	openPage,
	PATIENCE,
	untilAdvanced,
	untilState,
} from "../support/device-page.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";
import { startXDisplay } from "../support/x-display.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Most that the device page may weigh as it is sent, bytes. */
const WEIGHT = 200_000;

const keep = keepForAll();
let browser: Browser;
let product: Product;

beforeAll(async () => {
	browser = await keep(launchBrowser());
	product = await keep(startProduct({ devices: ["demo:"] }));
});

/** What axe finds that keeps people from using the page, each with where it is. */
async function barriersOn(page: Page): Promise<string[]> {
	await page.evaluate(AXE);
	const { violations } = await page.evaluate(() =>
		(window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
	);
	return violations
		.filter(({ impact }) => impact === "serious" || impact === "critical")
		.flatMap(({ id, nodes }) =>
			nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
		);
}

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
	test("axe finds nothing serious on the list", async () => {
		const page = await openPage(await newContext(browser, product, { colorScheme }), product.origin);
		await page.getByTestId("device-card").waitFor();
		expect(await barriersOn(page)).toEqual([]);
	});

	test("axe finds nothing serious on a device's page, with its details open", async () => {
		const page = await openDevice(await newContext(browser, product, { colorScheme }), product, "demo");
		await page.getByRole("button", { name: "Connection details" }).click();
		await page.getByRole("region", { name: "Connection details" }).waitFor();
		await untilScreenshot(page);
		expect(await barriersOn(page)).toEqual([]);
	});

	test("axe finds nothing serious on a page that is refused", async () => {
		const context = await newContext(browser, product, { colorScheme, stranger: true });
		const page = await openPage(context, `${product.origin}/devices/demo`);
		await untilState(page, "refused");
		await untilScreenshot(page);
		expect(await barriersOn(page)).toEqual([]);
	});
});

/** Waits until what fades in or moves has done so; what turns for ever is left out. */
async function untilScreenshot(page: Page): Promise<void> {
	await page.evaluate(async () => {
		const passing = document
			.getAnimations()
			.filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
		await Promise.allSettled(passing.map((animation) => animation.finished));
	});
}

test("a whole visit brings no complaint of the browser", async () => {
	const page = await openDevice(await newContext(browser, product), product, "demo");
	await moveTo(page, { x: 360, y: 900 });
	await page.mouse.down();
	await page.mouse.up();
	await page.keyboard.type("Hello");
	await page.getByTestId("button-rotate").click();
	await page.getByTestId("fit-mode").click();
	await page.getByTestId("fit-mode").click();
	await page.getByTestId("fit-mode").click();
	await page.getByTestId("fullscreen").click();
	await page.getByRole("button", { name: "Leave full screen" }).click();
	await untilAdvanced(page, STRIP_CELL.demo);
	await page.getByTestId("button-rotate").click();
	await page.getByRole("link", { name: "All devices" }).first().click();
	await page.getByTestId("device-card").waitFor();
	expect(complaintsOf(page)).toEqual([]);
	expect(product.log()).toBe("");
});

test("the latency is told with its error and with how it was got", async () => {
	const page = await openDevice(await newContext(browser, product), product, "demo");
	const line = page.getByTestId("latency");
	await expect.poll(() => line.textContent(), PATIENCE).toMatch(/^\d+ ms ±\d+$/);
	const [, total, error] = /^(\d+) ms ±(\d+)$/.exec((await line.textContent()) ?? "") ?? [];
	expect(Number(total)).toBeGreaterThan(0);
	expect(Number(total)).toBeLessThan(500);
	expect(Number(error)).toBeLessThan(100);
	const rates = () => page.getByTestId("stats").textContent();
	await expect.poll(rates, PATIENCE).toMatch(/\d+ fps · [\d.]+ [kM]bit\/s/);

	await page.getByRole("button", { name: "Connection details" }).click();
	const details = page.getByRole("region", { name: "Connection details" });
	expect(await details.textContent()).toMatch(/Capture time from .*clock.*compared by ping/);
	for (const part of ["Encode", "Network", "Buffer", "Decode", "Display", "openh264", "H.264"]) {
		await expect.poll(() => details.textContent(), PATIENCE).toContain(part);
	}
});

test("a screen on which nothing moves says that it is idle, and shows no old figure", async () => {
	const x = await keepForTest(startXDisplay({ width: 640, height: 480 }));
	const still = await keepForTest(startProduct({ devices: [`x11:${x.display}?id=still`] }));
	const page = await openDevice(await newContext(browser, still), still, "still");
	await untilState(page, "live");
	await expect.poll(() => page.getByTestId("stats").textContent(), PATIENCE).toBe("idle");
	await page.getByRole("button", { name: "Connection details" }).click();
	const details = page.getByRole("region", { name: "Connection details" });
	expect(await details.textContent()).toContain("A screen on which nothing moves sends no pictures");
});

test("the device page weighs less than 200 kB as it is sent", async () => {
	const context = await newContext(browser, product);
	const page = await context.newPage();
	const session = await context.newCDPSession(page);
	await session.send("Network.enable");
	const sizes = new Map<string, number>();
	const addresses = new Map<string, string>();
	session.on("Network.responseReceived", ({ requestId, response }) => addresses.set(requestId, response.url));
	session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
		sizes.set(addresses.get(requestId) ?? requestId, encodedDataLength);
	});
	await page.goto(`${product.origin}/devices/demo`, { waitUntil: "networkidle" });
	await untilState(page, "live");
	// Pictures of the device, of its screen and of what is around it, are its own.
	const own = [...sizes].filter(([address]) => !/\/(still|frame\/[^/]+)\?/.test(address));
	const total = own.reduce((sum, [, size]) => sum + size, 0);
	expect(total, JSON.stringify(Object.fromEntries(sizes))).toBeLessThan(WEIGHT);
	expect(total).toBeGreaterThan(10_000);
});
