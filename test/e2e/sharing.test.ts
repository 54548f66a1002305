import { isDeepStrictEqual } from "node:util";
import type { Browser, Page } from "playwright";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { encodeViewerMessage } from "../../signaling/protocol/input-codec.ts";
import { launchBrowser } from "../support/browser.ts";
import { complaintsOf, moveTo, openPage, PATIENCE, untilState } from "../support/device-page.ts";
import {
	chooseControl,
	join,
	joinAsOwner,
	openLink,
	pillWords,
	revokeGrant,
	shareDevice,
	untilControl,
} from "../support/guests.ts";
import { captureInputChannel, sendRaw } from "../support/input-channel.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { type Product, readMetric, startProduct } from "../support/product.ts";
import { type ScreenClient, startScreenClient } from "../support/screen-client.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

const SIZE = { width: 1024, height: 600 };

const keep = keepForAll();
let browser: Browser;
let x: XDisplay;
let product: Product;
let client: ScreenClient;

beforeAll(async () => {
	[browser, x] = await Promise.all([keep(launchBrowser()), keep(startXDisplay(SIZE))]);
	product = await keep(
		startProduct({ devices: [`x11:${x.display}?id=screen`, "demo:?id=demo", "demo:?id=door&ask=always"] }),
	);
});

beforeEach(async () => {
	client = await keepForTest(startScreenClient("echo", { display: x.display, geometry: "1024x600+0+0" }));
});

const presses = () => client.events.filter((event) => event.event === "button" && event.down).length;

/** Clicks on the screen, once that has found its place on the page. */
async function click(page: Page): Promise<void> {
	let before: unknown;
	const rests = async () => {
		const last = before;
		before = await page.getByTestId("screen").boundingBox();
		return isDeepStrictEqual(before, last);
	};
	await expect.poll(rests, { ...PATIENCE, interval: 100 }).toBe(true);
	await moveTo(page, { x: 300, y: 300 });
	await page.mouse.down();
	await page.mouse.up();
}

/** Waits until everything sent before has been dealt with: the host answers pings in order. */
async function untilCounted(reason: string, count: number): Promise<void> {
	const dropped = () => readMetric(product, "porthole_input_dropped_total", { reason });
	await expect.poll(dropped, PATIENCE).toBeGreaterThanOrEqual(count);
}

describe("control, between an owner, somebody who may control and somebody who watches", () => {
	test("goes its every way, and all three see each step", async () => {
		const owner = await joinAsOwner(browser, product, "screen");
		const ana = await join(browser, product, "screen", { role: "control", name: "Ana" });
		const wim = await join(browser, product, "screen", { role: "view", name: "Wim" });
		const stand = async (own: string, other: string) => {
			await untilControl(owner, own);
			await untilControl(ana, other);
			await untilControl(wim, "view-only");
		};
		await stand("free", "free");
		expect(await pillWords(ana)).toBe("Free – touch to take");

		await click(ana);
		await client.until(() => presses() === 1);
		await stand("other", "you");
		expect(await pillWords(owner)).toBe("Ana has control – ask");
		expect(await pillWords(ana)).toBe("You have control");

		await owner.getByTestId("control-pill").click();
		await stand("requested", "asked");
		expect(await pillWords(owner)).toBe("Asked Ana for control");
		expect(await pillWords(ana)).toBe("Owner asks for control");
		await ana.getByTestId("control-request").getByRole("button", { name: "Not now" }).click();
		await stand("other", "you");

		await owner.getByTestId("control-pill").click();
		await ana.getByTestId("control-request").getByRole("button", { name: "Give" }).click();
		await stand("you", "other");

		await ana.getByTestId("control-pill").click();
		await stand("asked", "requested");
		await chooseControl(ana, "cancel");
		await stand("you", "other");

		await chooseControl(owner, "release");
		await stand("free", "free");
		await ana.getByTestId("control-pill").click();
		await stand("other", "you");
		await chooseControl(owner, "take");
		await stand("you", "other");

		await chooseControl(owner, "lock");
		await stand("you", "locked");
		expect(await pillWords(ana)).toBe("Owner has control – locked");
		await chooseControl(owner, "release");
		await stand("locked", "locked");
		expect(await pillWords(ana)).toBe("Locked by owner");
		await chooseControl(owner, "unlock");
		await stand("free", "free");
		await click(ana);
		await stand("other", "you");
		await chooseControl(owner, "reset");
		await stand("free", "free");
		for (const page of [owner, ana, wim]) expect(complaintsOf(page)).toEqual([]);
	});

	test("a touch without it reaches nothing, and is answered at the pill, once", async () => {
		const ana = await join(browser, product, "screen", { role: "control", name: "Ana" });
		const ben = await join(browser, product, "screen", { role: "control", name: "Ben" });
		await click(ana);
		await untilControl(ben, "other");
		await client.until(() => presses() === 1);
		await click(ben);
		await expect
			.poll(() => ben.getByTestId("touch-refused").textContent(), PATIENCE)
			.toBe("Ana has control. Ask for it here.");
		await expect.poll(() => ben.getByTestId("touch-refused").count(), PATIENCE).toBe(0);
		await click(ben);
		await click(ana);
		await client.until(() => presses() === 2);
		expect(await ben.getByTestId("touch-refused").count()).toBe(0);
		expect(presses()).toBe(2);
	});

	test("whatever a watcher's page is made to send reaches no program on the screen", async () => {
		const { url } = await shareDevice(product, "screen", { role: "view" });
		const context = await keepForTest(browser.newContext());
		await captureInputChannel(context);
		const wim = await openPage(context, url);
		await untilState(wim, "live");
		const before = await readMetric(product, "porthole_input_dropped_total", { reason: "not-allowed" });
		const messages = [
			encodeViewerMessage({ type: "pointer", x: 0.5, y: 0.5, buttons: 1 }),
			encodeViewerMessage({ type: "key", code: "KeyA", down: true }),
			encodeViewerMessage({ type: "text", text: "hello" }),
			encodeViewerMessage({ type: "wheel", x: 0.5, y: 0.5, dx: 0, dy: 100 }),
			encodeViewerMessage({ type: "touch", contacts: [{ id: 0, x: 0.5, y: 0.5 }] }),
		];
		await sendRaw(wim, messages);
		await untilCounted("not-allowed", before + messages.length);
		// What somebody with the right does arrives after it, and alone.
		const ana = await join(browser, product, "screen", { role: "control", name: "Ana" });
		await click(ana);
		await client.until(() => presses() === 1);
		expect(client.events.filter(({ event }) => event === "key" || event === "text")).toEqual([]);
	});
});

describe("a link", () => {
	test("that is revoked ends its viewers within a second, who are told", async () => {
		const { id, url } = await shareDevice(product, "demo", { role: "control" });
		const ana = await openLink(browser, product, url, "Ana");
		await untilState(ana, "live");
		const since = performance.now();
		await revokeGrant(product, id);
		await untilState(ana, "ended", { timeout: 1000, interval: 10 });
		console.log(`revoked while live: ended after ${Math.round(performance.now() - since)} ms`);
		expect(await ana.getByTestId("state").textContent()).toContain("The link was revoked");
		await ana.reload();
		await untilState(ana, "refused");
		expect(await ana.getByTestId("state").textContent()).toContain("The link was revoked");
	});

	test("that is revoked from the page and cannot be written down says so, after the list is there again", async () => {
		const { id } = await shareDevice(product, "demo", { role: "view", label: "Ben" });
		const page = await joinAsOwner(browser, product, "demo");
		const words = "The link is revoked, but that is not on the disk yet";
		await page.route(`**/api/grants/${id}`, async (route) => {
			await revokeGrant(product, id);
			await route.fulfill({ status: 507, json: { error: { code: "not-kept", message: words } } });
		});
		await page.click("[data-testid=share]");
		const listed = page.waitForResponse((answer) => answer.url().endsWith("/api/devices/demo/grants"));
		await page.getByRole("button", { name: "Revoke: Watch: Ben" }).click();
		await listed;
		await expect.poll(() => page.getByTestId("live-link").filter({ hasText: "Ben" }).count()).toBe(0);
		expect(await page.getByTestId("share-dialog").getByRole("status").textContent()).toBe(words);
	});

	test("whose time is over ends its viewers, who are told when that was", async () => {
		const { url } = await shareDevice(product, "demo", { role: "control", expiresIn: 6 });
		const ana = await openLink(browser, product, url, "Ana");
		await untilState(ana, "live");
		await untilState(ana, "ended");
		expect(await ana.getByTestId("state").textContent()).toMatch(/The link expired at \d/);
	});

	test("with a PIN asks for it, over a reload too, and opens with it alone", async () => {
		const { url, pin = "" } = await shareDevice(product, "demo", { role: "view", pin: true });
		const ana = await openLink(browser, product, url, "Ana");
		await untilState(ana, "refused");
		expect(ana.url()).toBe(`${product.origin}/devices/demo`);
		await ana.reload();
		await expect.poll(() => ana.getByTestId("state").textContent(), PATIENCE).toContain("needs a PIN");
		await ana.getByTestId("pin").fill(pin === "1234" ? "4321" : "1234");
		await ana.keyboard.press("Enter");
		await expect.poll(() => ana.getByTestId("state").textContent(), PATIENCE).toContain("That PIN is wrong");
		await ana.getByTestId("pin").fill(pin);
		await ana.keyboard.press("Enter");
		await untilState(ana, "live");
	});

	test("is closed by ten wrong PINs, also to the right one", async () => {
		const { url } = await shareDevice(product, "demo", { role: "view", pin: "2468" });
		const ana = await openLink(browser, product, url, "Ana");
		for (let tries = 0; tries < 10; tries++) {
			await ana.getByTestId("pin").fill(`11${10 + tries}`);
			const answered = ana.waitForResponse("**/api/session");
			await ana.keyboard.press("Enter");
			await answered;
			if (tries < 9) await expect.poll(() => ana.getByTestId("pin").inputValue(), PATIENCE).toBe("");
		}
		await expect
			.poll(() => ana.getByTestId("state").textContent(), PATIENCE)
			.toContain("Too many wrong PINs");
		const ben = await openLink(browser, product, url, "Ben");
		await untilState(ben, "refused");
		expect(await ben.getByTestId("state").textContent()).toContain("closed after too many wrong PINs");
	});

	test("for one browser opens in no other, and for one device on no other", async () => {
		const { url } = await shareDevice(product, "demo", { role: "view", uses: 1 });
		await untilState(await openLink(browser, product, url, "Ana"), "live");
		const ben = await openLink(browser, product, url, "Ben");
		await untilState(ben, "refused");
		expect(await ben.getByTestId("state").textContent()).toContain("has been used up");
		const { url: other } = await shareDevice(product, "demo", { role: "view" });
		const cleo = await openLink(browser, product, other.replace("/devices/demo", "/devices/screen"), "Cleo");
		await untilState(cleo, "refused");
		expect(await cleo.getByTestId("state").textContent()).toContain("for another device");
	});

	test("that is pasted into a browser without a history shows the first frame", async () => {
		const { url } = await shareDevice(product, "demo", { role: "control" });
		const page = await openPage(await browser.newContext(), url);
		await untilState(page, "live");
		await page.context().close();
	});
});
