import { chromium, type Page } from "playwright";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { X11Screen } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { CHROMIUM, CHROMIUM_ARGUMENTS } from "../support/browser.ts";
import { moveTo, openDevice, PATIENCE } from "../support/device-page.ts";
import { keepForAll } from "../support/keep.ts";
import { ownerCookie, type Product, startProduct } from "../support/product.ts";
import { type ScreenClient, startScreenClient } from "../support/screen-client.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";
import { type KeyboardState, LAYOUTS, LOCKS, XKeyboard } from "../support/x-keyboard.ts";

/** evdev codes of what is pressed, without and with Shift: no dead key on any of the layouts. */
const PRESSED = [16, 17, 21, 30, 38, 39, 40, 44, 46, 50, 51, 53, 3, 8, 9, 55, 71, 78, 79, 83, 57];
const LEFT_SHIFT = 42;

const EVERY_KEYBOARD = LAYOUTS.flatMap((layout) =>
	LOCKS.map((locks): KeyboardState => ({ layout, ...locks })),
);
const EVERY_PAIR = EVERY_KEYBOARD.flatMap((here) => EVERY_KEYBOARD.map((there) => ({ here, there })));
/** Each layout with each, and among them each state of the locks with each. */
const SOME_PAIRS = LAYOUTS.flatMap((here, row) =>
	LAYOUTS.map((there, column) => ({
		here: { layout: here, ...LOCKS[((row + column) % 4) as 0 | 1 | 2 | 3] },
		there: { layout: there, ...LOCKS[column as 0 | 1 | 2 | 3] },
	})),
);

/** A display whose keyboard a test sets up. */
class SetUpDisplay {
	readonly x: XDisplay;
	readonly screen: X11Screen;
	readonly keyboard: XKeyboard;

	constructor(x: XDisplay) {
		this.x = x;
		this.screen = new (loadAddon().X11Screen)({ display: x.display, onEnd: () => {} });
		this.keyboard = new XKeyboard(x.display, this.screen);
	}

	close(): void {
		this.screen.close();
	}
}

const keep = keepForAll();
/** The display of the person, with a browser, and that of the device. */
let here: SetUpDisplay;
let there: SetUpDisplay;
let client: ScreenClient;
let product: Product;
let page: Page;

beforeAll(async () => {
	const displays = [1, 2].map(() => startXDisplay({ width: 1024, height: 700 }));
	[here, there] = (await Promise.all(displays.map(keep))).map((x) => keepClosable(x)) as [
		SetUpDisplay,
		SetUpDisplay,
	];
	client = await keep(startScreenClient("echo", { display: there.x.display, geometry: "1024x700+0+0" }));
	product = await keep(startProduct({ devices: [`x11:${there.x.display}?id=screen`] }));
	const browser = await keep(
		chromium.launch({
			executablePath: CHROMIUM,
			headless: false,
			args: [...CHROMIUM_ARGUMENTS],
			env: { ...process.env, DISPLAY: here.x.display },
		}),
	);
	const context = await keep(browser.newContext({ viewport: null }));
	await context.addCookies([await ownerCookie(product)]);
	page = await openDevice(context, product, "screen");
	await page.evaluate(() => {
		addEventListener("keydown", (event) => window.pressedKeys.push(event.key), { capture: true });
		window.pressedKeys = [];
	});
	// A click takes control and the keyboard's focus.
	await vi.waitFor(async () => {
		await moveTo(page, { x: 500, y: 300 });
		await page.mouse.down();
		await page.mouse.up();
		expect(client.events.some(({ event }) => event === "button")).toBe(true);
	}, PATIENCE);
});

declare global {
	interface Window {
		/** `KeyboardEvent.key` of what the person pressed. */
		pressedKeys: string[];
	}
}

function keepClosable(x: XDisplay): SetUpDisplay {
	const display = new SetUpDisplay(x);
	keep(Promise.resolve({ close: async () => display.close() }));
	return display;
}

/** What the browser said that the person wrote, and what arrived, since the last time that this was asked. */
async function written(): Promise<string[]> {
	const keys = await page.evaluate(() => window.pressedKeys.splice(0));
	// X clients take Delete for a character too.
	return keys.map((key) => (key === "Delete" ? "\u007f" : key)).filter((key) => [...key].length === 1);
}

async function typeEverything(): Promise<{ wrote: string; arrived: string }> {
	const before = client.text().length;
	for (const code of PRESSED) here.keyboard.tap(code);
	here.screen.key(LEFT_SHIFT, true);
	for (const code of PRESSED) here.keyboard.tap(code);
	here.screen.key(LEFT_SHIFT, false);
	// The last is the space bar, so everything has come when two of them have.
	const wrote: string[] = [];
	await expect
		.poll(async () => wrote.push(...(await written())) > 0 && wrote.filter((key) => key === " ").length, {
			timeout: 10_000,
		})
		.toBe(2);
	await expect
		.poll(() => [...client.text().slice(before)].filter((key) => key === " ").length, PATIENCE)
		.toBe(2);
	return { wrote: wrote.join(""), arrived: client.text().slice(before) };
}

const pairs = process.env.PORTHOLE_TESTS === "all" ? EVERY_PAIR : SOME_PAIRS;

describe.each(pairs)(
	"on $here.layout with Caps Lock $here.caps and Num Lock $here.num, towards $there.layout with $there.caps and $there.num",
	({ here: mine, there: theirs }) => {
		test("what people press is what arrives", async () => {
			await here.keyboard.become(mine);
			await there.keyboard.become(theirs);
			const { wrote, arrived } = await typeEverything();
			expect(arrived).toBe(wrote);
		});
	},
);
