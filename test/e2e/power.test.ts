import type { Browser, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import {
	newContext,
	openDevice,
	openPage,
	PATIENCE,
	untilAdvanced,
	untilState,
} from "../support/device-page.ts";
import { join } from "../support/guests.ts";
import { keepForAll } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";

const keep = keepForAll();
let browser: Browser;
let product: Product;

beforeAll(async () => {
	browser = await keep(launchBrowser());
	product = await keep(startProduct({ devices: ["demo:"] }));
});

const openOwner = async () => openDevice(await newContext(browser, product), product, "demo");
const panel = (page: Page) => page.getByTestId("state");
const switchOn = (page: Page) => panel(page).getByRole("button", { name: "Switch on" });

test("an owner shuts a device down and switches it on; everybody's picture comes back without a reload", async () => {
	const owner = await openOwner();
	const guest = await join(browser, product, "demo", { role: "view", name: "Ben" });
	await untilState(guest, "live");
	await expect.poll(() => owner.getByTestId("rail-power").isEnabled(), PATIENCE).toBe(true);
	expect(await guest.getByTestId("rail-power").count()).toBe(0);

	await owner.getByTestId("rail-power").click();
	const dialog = owner.getByTestId("power-dialog");
	await expect.poll(() => dialog.textContent(), PATIENCE).toContain("Somebody else watches it");
	await owner.getByRole("button", { name: "Leave it on" }).click();
	await owner.getByTestId("rail-power").click();
	await owner.getByTestId("shut-down").click();
	for (const page of [owner, guest]) {
		await untilState(page, "off");
		expect(await panel(page).textContent()).toContain("Demo phone is switched off");
		expect(await page.getByTestId("screen").isVisible()).toBe(false);
	}
	expect(await switchOn(guest).count()).toBe(0);
	expect(await panel(guest).textContent()).toContain("when an owner switches it on");

	await switchOn(owner).click();
	for (const page of [owner, guest]) {
		await untilState(page, "live");
		await untilAdvanced(page, STRIP_CELL.demo);
	}
});

test("the list shows it, and its menu switches; a page that is opened meanwhile waits", async () => {
	const list = await openPage(await newContext(browser, product), product.origin);
	const card = list.getByTestId("device-card");
	const choose = async () => {
		await card.getByTestId("device-menu").click();
		await list.getByTestId("power").click();
	};
	await choose();
	// Those of the test before may still count as watching, and then it is asked.
	const question = list.getByTestId("shut-down");
	await expect
		.poll(async () => {
			if (await question.isVisible()) await question.click().catch(() => {});
			return card.textContent();
		}, PATIENCE)
		.toMatch(/Off/);
	expect(await card.locator("img").count()).toBe(0);

	const page = await openPage(await newContext(browser, product), `${product.origin}/devices/demo`);
	await untilState(page, "off");
	await choose();
	await expect.poll(() => card.textContent(), PATIENCE).toMatch(/Starting|Ready|Live/);
	await untilState(page, "live");
	await untilAdvanced(page, STRIP_CELL.demo);
	await expect.poll(() => card.textContent(), PATIENCE).toMatch(/Live/);
});
