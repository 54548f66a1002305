import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright";
import { expect, vi } from "vitest";
import { type Keep, keepForTest } from "./keep.ts";
import { type Address, ownerCookie } from "./product.ts";
import { clockAge, frameSize, type Pixel, readClock } from "./screen-pixels.ts";

/** How long to wait for something, and how often to look, ms. */
export interface Patience {
	readonly timeout: number;
	readonly interval: number;
}

/** How long anything that a person would wait for may take on a busy machine, ms. */
export const PATIENCE: Patience = { timeout: 30_000, interval: 50 };

const VIEWPORT = { width: 1280, height: 860 };

/** What a page complained of. */
const complaints = new WeakMap<Page, string[]>();

export interface ContextOptions extends BrowserContextOptions {
	/** Without any right. */
	readonly stranger?: boolean;
	/** Until when it is open; as long as the test when absent. */
	readonly keep?: Keep;
}

/** A browser session of its own, which may do everything unless it is made a stranger's. */
export async function newContext(
	browser: Browser,
	product: Address,
	{ stranger = false, keep = keepForTest, ...options }: ContextOptions = {},
): Promise<BrowserContext> {
	const context = await keep(browser.newContext({ viewport: VIEWPORT, ...options }));
	if (!stranger) await context.addCookies([await ownerCookie(product)]);
	return context;
}

/** Opens an address of the product and keeps what the page complains of. */
export async function openPage(context: BrowserContext, url: string): Promise<Page> {
	const page = await context.newPage();
	const heard: string[] = [];
	complaints.set(page, heard);
	page.on("console", (message) => {
		if (["error", "warning"].includes(message.type())) heard.push(`${message.type()}: ${message.text()}`);
	});
	page.on("pageerror", (error) => heard.push(`uncaught: ${error.stack ?? error.message}`));
	// Not until `load`, which a frame that does not come holds up.
	await page.goto(url, { waitUntil: "domcontentloaded" });
	return page;
}

/** Everything a page complained of so far: console errors and warnings, and errors that nobody caught. */
export function complaintsOf(page: Page): readonly string[] {
	return complaints.get(page) ?? [];
}

/** Opens a device and waits until its frame is live and its input connected. */
export async function openDevice(context: BrowserContext, product: Address, id: string): Promise<Page> {
	const page = await openPage(context, `${product.origin}/devices/${id}`);
	await untilState(page, "live");
	return page;
}

/** Waits until the page says a state, as in `data-state`. */
export async function untilState(page: Page, state: string, patience = PATIENCE): Promise<void> {
	// Not `expect.poll`, which hooks may not use.
	await vi.waitFor(async () => expect(await stateOf(page)).toBe(state), patience);
}

export async function stateOf(page: Page): Promise<string | null> {
	return page.getByTestId("state").getAttribute("data-state");
}

/** Waits until the frame's clock is less than a second old; gives its value, ms modulo 2^24. */
export async function untilFresh(page: Page, cell: number): Promise<number> {
	let value: number | undefined;
	const age = async () => {
		value = await readClock(page, cell);
		return value === undefined ? Number.POSITIVE_INFINITY : Math.abs(clockAge(value));
	};
	await expect.poll(age, PATIENCE).toBeLessThan(1000);
	return value as number;
}

/** Waits until a later frame than the present one shows a clock less than a second old. */
export async function untilAdvanced(page: Page, cell: number): Promise<void> {
	const before = await untilFresh(page, cell);
	await expect.poll(async () => (await untilFresh(page, cell)) !== before, PATIENCE).toBe(true);
}

/** Where on the page a pixel of the device is shown, CSS pixels. */
export async function placeOnPage(page: Page, { x, y }: Pixel): Promise<Pixel> {
	const box = await page.getByTestId("screen").boundingBox();
	if (!box) throw new Error("the page shows no screen");
	const { width, height } = await frameSize(page);
	// The middle of the pixel, so that rounding cannot move it to the next.
	return { x: box.x + ((x + 0.5) / width) * box.width, y: box.y + ((y + 0.5) / height) * box.height };
}

/** Moves the mouse to a pixel of the device. */
export async function moveTo(page: Page, pixel: Pixel): Promise<void> {
	const { x, y } = await placeOnPage(page, pixel);
	await page.mouse.move(x, y);
}

/** Takes free control as any touch does, by a scroll that is too little for a notch: the device shows no trace of it. */
export async function takeControl(page: Page, pixel: Pixel): Promise<void> {
	await moveTo(page, pixel);
	await page.mouse.wheel(0, 1);
}

declare global {
	interface Window {
		/** States of `recordStates`, in the order in which the page said them. */
		recordedStates?: string[];
	}
}

/** Writes down every state that the page says from now on, however short; gives a function that reads them. */
export async function recordStates(page: Page): Promise<() => Promise<string[]>> {
	await page.evaluate(() => {
		const panel = document.querySelector<HTMLElement>("[data-testid=state]");
		if (!panel) throw new Error("the page says no state");
		const states = [panel.dataset.state ?? ""];
		window.recordedStates = states;
		new MutationObserver(() => {
			const state = panel.dataset.state ?? "";
			if (states.at(-1) !== state) states.push(state);
		}).observe(panel, { attributes: true, attributeFilter: ["data-state"] });
	});
	return () => page.evaluate(() => window.recordedStates ?? []);
}
