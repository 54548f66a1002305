import type { Browser, Page } from "playwright";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { moveTo, newContext, openDevice, takeControl } from "../support/device-page.ts";
import { chooseControl, untilControl } from "../support/guests.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { type ScreenClient, type ScreenClientEvent, startScreenClient } from "../support/screen-client.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

const SIZE = { width: 1024, height: 600 };

const keep = keepForAll();
let browser: Browser;
let x: XDisplay;
let product: Product;
let client: ScreenClient;
let page: Page;

beforeAll(async () => {
	[browser, x] = await Promise.all([keep(launchBrowser()), keep(startXDisplay(SIZE))]);
	product = await keep(startProduct({ devices: [`x11:${x.display}?id=screen`] }));
});

beforeEach(async () => {
	client = await keepForTest(startScreenClient("echo", { display: x.display, geometry: "1024x600+0+0" }));
	page = await openDevice(await newContext(browser, product), product, "screen");
	await untilConnected();
});

/** Input goes nowhere before the data channel is open, a moment after the first frame, and a touch took control. */
async function untilConnected(): Promise<void> {
	const moved = () => client.events.some(({ event }) => event === "motion");
	await expect
		.poll(
			async () => {
				await takeControl(page, { x: 5, y: 5 });
				await moveTo(page, { x: 9, y: 9 });
				return moved();
			},
			{ timeout: 10_000 },
		)
		.toBe(true);
}

function buttons(events: readonly ScreenClientEvent[] = client.events) {
	return events.filter((event) => event.event === "button");
}

function keys(): string[] {
	return client.events.flatMap((event) =>
		event.event === "key" ? [`${event.down ? "+" : "-"}${event.keysym}`] : [],
	);
}

/** The page rounds to CSS pixels, the frame is shown a little smaller or larger: one device pixel may be lost. */
function near(place: { x: number; y: number }) {
	return {
		x: expect.toSatisfy((value: number) => Math.abs(value - place.x) <= 1),
		y: expect.toSatisfy((value: number) => Math.abs(value - place.y) <= 1),
	};
}

describe("the mouse", () => {
	test.each([
		["left", 1],
		["middle", 2],
		["right", 3],
	] as const)("clicks with the %s button at the place that was clicked", async (button, number) => {
		for (const place of [
			{ x: 0, y: 0 },
			{ x: 513, y: 301 },
			{ x: SIZE.width - 1, y: SIZE.height - 1 },
		]) {
			const before = buttons().length;
			await moveTo(page, place);
			await page.mouse.down({ button });
			await page.mouse.up({ button });
			await client.until((events) => buttons(events).length === before + 2);
			expect(buttons().slice(before)).toEqual([
				{ event: "button", down: true, button: number, ...near(place) },
				{ event: "button", down: false, button: number, ...near(place) },
			]);
		}
	});

	test.each([
		["back", 8, 8],
		["forward", 9, 16],
	] as const)("presses the %s button, and the page stays", async (button, number, mask) => {
		await moveTo(page, { x: 200, y: 100 });
		const address = page.url();
		// Playwright knows no such buttons, the protocol it speaks does.
		const protocol = await page.context().newCDPSession(page);
		const box = await page.getByTestId("screen").boundingBox();
		const at = { x: (box?.x ?? 0) + 100, y: (box?.y ?? 0) + 100, button, clickCount: 1 };
		await protocol.send("Input.dispatchMouseEvent", { type: "mousePressed", buttons: mask, ...at });
		await protocol.send("Input.dispatchMouseEvent", { type: "mouseReleased", buttons: 0, ...at });
		await client.until((events) => buttons(events).length === 2);
		expect(buttons().map((event) => event.button)).toEqual([number, number]);
		expect(page.url()).toBe(address);
		expect(await page.getByTestId("state").getAttribute("data-state")).toBe("live");
	});

	test("double-clicks", async () => {
		const place = { x: 400, y: 200 };
		await moveTo(page, place);
		for (const clickCount of [1, 2]) {
			await page.mouse.down({ clickCount });
			await page.mouse.up({ clickCount });
		}
		await client.until((events) => buttons(events).length === 4);
		expect(buttons().map(({ down }) => down)).toEqual([true, false, true, false]);
	});

	test("drags with the button held all the way", async () => {
		await moveTo(page, { x: 100, y: 100 });
		await page.mouse.down();
		for (const step of [1, 2, 3, 4, 5]) await moveTo(page, { x: 100 + step * 100, y: 100 + step * 50 });
		await page.mouse.up();
		await client.until((events) => buttons(events).length === 2);
		const [press, release] = buttons();
		expect(press).toMatchObject(near({ x: 100, y: 100 }));
		expect(release).toMatchObject(near({ x: 600, y: 350 }));
		const way = client.events.slice(client.events.indexOf(press as ScreenClientEvent));
		const moves = way.filter((event) => event.event === "motion");
		expect(moves.length).toBeGreaterThanOrEqual(5);
		expect(moves.every((move) => move.buttons === 1)).toBe(true);
	});

	test("drags on beyond the screen's edge, where the pointer stops", async () => {
		await moveTo(page, { x: 100, y: 100 });
		await page.mouse.down();
		await page.mouse.move(1, 1);
		await page.mouse.up();
		await client.until((events) => buttons(events).length === 2);
		expect(buttons()[1]).toMatchObject({ down: false, x: 0, y: 0 });
	});

	test.each([53, 100, 120])("turns once for a notch of %i pixels", async (pixels) => {
		await moveTo(page, { x: 300, y: 300 });
		for (let turn = 0; turn < 3; turn++) await page.mouse.wheel(0, pixels);
		await moveTo(page, { x: 10, y: 10 });
		await client.until((events) => events.some((event) => event.event === "motion" && event.x <= 11));
		const turns = buttons().filter((event) => event.down && event.button === 5);
		expect(turns).toHaveLength(3);
	});

	test("turns the wheel both ways on both axes", async () => {
		await moveTo(page, { x: 300, y: 300 });
		const turns: [number, number, number][] = [
			[0, 120, 5],
			[0, -120, 4],
			[120, 0, 7],
			[-120, 0, 6],
		];
		for (const [dx, dy, button] of turns) {
			const before = buttons().length;
			await page.mouse.wheel(dx, dy);
			// A turn in the same direction may come in two steps.
			await client.until((events) =>
				buttons(events)
					.slice(before)
					.some((event) => event.down && event.button === button),
			);
		}
	});
});

describe("the keyboard", () => {
	beforeEach(async () => {
		await page.mouse.down();
		await page.mouse.up();
	});

	test("sends keys by their position, with modifiers held around them", async () => {
		await page.keyboard.down("Control");
		await page.keyboard.down("Shift");
		await page.keyboard.press("KeyT");
		await page.keyboard.up("Shift");
		await page.keyboard.up("Control");
		await page.keyboard.press("Escape");
		await page.keyboard.press("ArrowLeft");
		await page.keyboard.press("F5");
		await page.keyboard.press("Tab");
		await client.until(() => keys().includes("-Tab"));
		expect(keys()).toEqual([
			...["+Control_L", "+Shift_L", "+T", "-T", "-Shift_L", "-Control_L"],
			...["+Escape", "-Escape", "+Left", "-Left", "+F5", "-F5", "+Tab", "-Tab"],
		]);
	});

	test("types what a US keyboard gives", async () => {
		const text = "Hello, World! ~`{[(<@#$%^&*>)]}";
		await page.keyboard.type(text);
		await client.until(() => client.text().length >= text.length);
		expect(client.text()).toBe(text);
	});

	test("types characters that its keys do not have", async () => {
		const text = "ÄÖÜ éèê ñ ß € Ω ж 漢字 かな 한글";
		for (const character of text) await page.keyboard.insertText(character);
		await client.until(() => client.text().length >= text.length);
		expect(client.text()).toBe(text);
	});

	test("types accents from dead keys and CJK from an input method through composition", async () => {
		const session = await page.context().newCDPSession(page);
		for (const [drafts, text] of [
			[["´"], "é"],
			[["に", "にほ", "にほん", "にほんご", "日本語"], "日本語"],
			[["z", "zh", "zhong", "中"], "中文"],
			[["ㅎ", "하", "한"], "한"],
		] as const) {
			const before = client.text();
			for (const draft of drafts) {
				await session.send("Input.imeSetComposition", {
					text: draft,
					selectionStart: draft.length,
					selectionEnd: draft.length,
				});
			}
			await session.send("Input.insertText", { text });
			await client.until(() => client.text().length >= before.length + text.length);
			expect(client.text()).toBe(before + text);
		}
	});

	test("types a long text whole and in order", async () => {
		const text = "The quick brown fox jumps over the lazy dog. Schöne Grüße! 你好。 ".repeat(40);
		await page.getByTestId("text-input").focus();
		await page.keyboard.insertText(text);
		await client.until(() => client.text().length >= text.length);
		expect(client.text()).toBe(text);
	});

	test("is given back to the page by Control, Alt and Shift together", async () => {
		await page.keyboard.down("Control");
		await page.keyboard.down("Alt");
		await page.keyboard.down("Shift");
		await client.until(() => keys().includes("-Alt_L"));
		const focused = () =>
			page.getByTestId("text-input").evaluate((field) => field === document.activeElement);
		expect(await focused()).toBe(false);
		expect(keys().toSorted()).toEqual(["+Alt_L", "+Control_L", "-Alt_L", "-Control_L"].toSorted());
	});
});

describe("who let go of control", () => {
	test("has it again with the next touch, which reaches the device", async () => {
		await moveTo(page, { x: 50, y: 50 });
		await page.mouse.down();
		await page.mouse.up();
		await untilControl(page, "you");
		await chooseControl(page, "release");
		await untilControl(page, "free");
		const before = buttons().length;
		await moveTo(page, { x: 600, y: 400 });
		await page.mouse.down();
		await page.mouse.up();
		await client.until((events) => buttons(events).length >= before + 2);
		expect(buttons().slice(before)).toHaveLength(2);
		expect(buttons().at(-1)).toMatchObject(near({ x: 600, y: 400 }));
		await untilControl(page, "you");
	});
});
