import { crc32 } from "node:zlib";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { Browser, BrowserContext, Page } from "playwright";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { encodeViewerMessage } from "../../signaling/protocol/input-codec.ts";
import { launchBrowser } from "../support/browser.ts";
import {
	complaintsOf,
	moveTo,
	newContext,
	openDevice,
	PATIENCE,
	placeOnPage,
	takeControl,
} from "../support/device-page.ts";
import { join, untilControl } from "../support/guests.ts";
import { captureInputChannel, sendRaw } from "../support/input-channel.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { startTextField, type TextField, xclipCopy, xclipPaste } from "../support/x-clipboard-programs.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

const keep = keepForAll();
let browser: Browser;
let x: XDisplay;
let product: Product;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
	[browser, x] = await Promise.all([keep(launchBrowser()), keep(startXDisplay({ width: 640, height: 400 }))]);
	const screen = `x11:${x.display}?id`;
	product = await keep(
		startProduct({
			devices: [`${screen}=screen`, `${screen}=quiet&clipboard=off`, `${screen}=takes&clipboard=in`, "demo:"],
		}),
	);
});

beforeEach(async () => {
	context = await newContext(browser, product);
});

/** Opens a device in a browser that lets the page use the clipboard, and takes control. */
async function open(id: string): Promise<void> {
	await context.grantPermissions(["clipboard-read", "clipboard-write"]);
	page = await openDevice(context, product, id);
	await takeControl(page, { x: 20, y: 300 });
	await untilControl(page, "you");
	await focusKeyboard();
}

/** A click on the device gives it the keyboard; it goes where no program is. */
async function focusKeyboard(): Promise<void> {
	const { x: left, y: top } = await placeOnPage(page, { x: 630, y: 390 });
	await page.mouse.click(left, top);
	await expect
		.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-testid")))
		.toBe("text-input");
}

function copyInBrowser(text: string): Promise<void> {
	return page.evaluate((value) => navigator.clipboard.writeText(value), text);
}

function copiedInBrowser(): Promise<string> {
	return page.evaluate(() => navigator.clipboard.readText());
}

/** Refuses the page the clipboard, as a user can. */
async function refuseClipboard(): Promise<void> {
	const devtools = await browser.newBrowserCDPSession();
	for (const name of ["clipboard-write", "clipboard-sanitized-write", "clipboard-read"]) {
		await devtools
			.send("Browser.setPermission", {
				permission: { name },
				setting: "denied",
				origin: product.origin,
			})
			.catch(() => {});
	}
	await devtools.detach();
}

function length(text: string): [number, number] {
	return [text.length, crc32(text)];
}

async function field(): Promise<TextField> {
	return keepForTest(startTextField(x.display));
}

describe("Ctrl and V", { timeout: 60_000 }, () => {
	test("pastes the browser's clipboard into a program on the device", async () => {
		const text = await field();
		await open("screen");
		await copyInBrowser("Grüße, 世界\n");
		await page.keyboard.press("Control+v");
		await text.until(...length("Grüße, 世界\n"));
		expect((await xclipPaste(x.display)).toString()).toBe("Grüße, 世界\n");
		// Tk takes keys while it waits for what it pastes, so no key follows before that is there.
		await page.keyboard.press("Control+v");
		await text.until(...length("Grüße, 世界\nGrüße, 世界\n"));
		await page.keyboard.type("!");
		await text.until(...length("Grüße, 世界\nGrüße, 世界\n!"));
		expect(complaintsOf(page)).toEqual([]);
	});

	test("pastes 1 MiB, and nothing is left held", async () => {
		const text = await field();
		await open("screen");
		const line = `${"ü".repeat(31)} \n`;
		const long = line.repeat((1024 * 1024) / Buffer.byteLength(line));
		expect(Buffer.byteLength(long)).toBe(1024 * 1024);
		await copyInBrowser(long);
		await page.keyboard.press("Control+v");
		await text.until(...length(long));
		await page.keyboard.type("x");
		await text.until(...length(`${long}x`));
	});

	test("pastes an image, which a program has as a PNG", async () => {
		await open("screen");
		await page.evaluate(async () => {
			const canvas = new OffscreenCanvas(300, 200);
			const brush = canvas.getContext("2d");
			if (!brush) throw new Error("no canvas");
			brush.fillStyle = "#e0a030";
			brush.fillRect(0, 0, 300, 200);
			const blob = await canvas.convertToBlob();
			await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
		});
		await page.keyboard.press("Control+v");
		await expect
			.poll(async () => (await xclipPaste(x.display, "TARGETS").catch(() => "")).toString(), PATIENCE)
			.toContain("image/png");
		const image = await loadImage(await xclipPaste(x.display, "image/png"));
		expect([image.width, image.height]).toEqual([300, 200]);
	});

	test("is only a key where the device keeps its clipboard to itself", async () => {
		const endCopy = await xclipCopy(x.display, "the device's own");
		const text = await field();
		await open("quiet");
		expect(await page.getByTestId("rail-copy").count()).toBe(0);
		await copyInBrowser("the browser's");
		await page.keyboard.press("Control+v");
		await text.until(...length("the device's own"));
		await endCopy();
	});
});

describe("what is copied on the device", { timeout: 60_000 }, () => {
	test("is in the browser's clipboard after Ctrl and C", async () => {
		const text = await field();
		await open("screen");
		await page.keyboard.type("copied 1");
		await text.until(...length("copied 1"));
		await page.keyboard.press("Control+/");
		await page.keyboard.press("Control+c");
		// Tk ends a text with a line feed.
		await expect.poll(copiedInBrowser, PATIENCE).toBe("copied 1\n");
		await page.getByText("Copied from the device.").waitFor();
		expect(await page.getByTestId("copy-from-device").count()).toBe(0);
		expect(complaintsOf(page)).toEqual([]);
	});

	test("is an image where it was one", async () => {
		await open("screen");
		const canvas = createCanvas(120, 90);
		await page.keyboard.press("Shift");
		const endCopy = await xclipCopy(x.display, canvas.toBuffer("image/png"), "image/png");
		const size = () =>
			page.evaluate(async () => {
				const items = await navigator.clipboard.read();
				const item = items.find(({ types }) => types.includes("image/png"));
				if (!item) return undefined;
				const { width, height } = await createImageBitmap(await item.getType("image/png"));
				return [width, height];
			});
		await expect.poll(size, PATIENCE).toEqual([120, 90]);
		await endCopy();
	});

	test("is offered by a button where the browser refuses it, and comes with the click", async () => {
		page = await openDevice(context, product, "screen");
		await refuseClipboard();
		await takeControl(page, { x: 20, y: 300 });
		await untilControl(page, "you");
		await focusKeyboard();
		const endCopy = await xclipCopy(x.display, "for a click");
		await page.getByTestId("copy-from-device").click();
		await page.getByText("Copied from the device.").waitFor();
		expect(await page.getByTestId("copy-from-device").count()).toBe(0);
		// The keyboard is still the device's.
		expect(await page.evaluate(() => document.activeElement?.getAttribute("data-testid"))).toBe("text-input");
		await endCopy();
		await context.grantPermissions(["clipboard-read", "clipboard-write"]);
		expect(await copiedInBrowser()).toBe("for a click");
	});

	test("is read from the rail, and told to be nothing where nothing is", async () => {
		await open("screen");
		const endCopy = await xclipCopy(x.display, "by the rail");
		await page.getByTestId("rail-copy").click();
		await expect.poll(copiedInBrowser, PATIENCE).toBe("by the rail");
		await endCopy();
		await page.getByTestId("rail-copy").click();
		await page.getByText("Nothing is copied on the device that can be read.").waitFor();
	});

	test("does not leave a device that only takes", async () => {
		await open("takes");
		expect(await page.getByTestId("rail-copy").count()).toBe(0);
		await copyInBrowser("goes in");
		await page.keyboard.press("Control+v");
		await expect
			.poll(async () => (await xclipPaste(x.display).catch(() => "")).toString(), PATIENCE)
			.toBe("goes in");
	});
});

describe("without control", { timeout: 60_000 }, () => {
	test("nobody reads or writes it, whatever their page sends", async () => {
		const endCopy = await xclipCopy(x.display, "a secret of the device");
		await open("screen");
		const other = await keepForTest(browser.newContext());
		await captureInputChannel(other);
		const guest = await join(browser, product, "screen", { role: "view", name: "Ana" });
		expect(await guest.getByTestId("rail-copy").isDisabled()).toBe(true);
		expect(await guest.getByTestId("copy-from-device").count()).toBe(0);
		await captureInputChannel(guest.context());
		await guest.reload({ waitUntil: "domcontentloaded" });
		await sendRaw(guest, [
			encodeViewerMessage({ type: "clipboard-wanted" }),
			encodeViewerMessage({ type: "clipboard-offer", format: "text", size: 4 }),
			encodeViewerMessage({ type: "clipboard-data", bytes: Buffer.from("evil") }),
		]);
		const dropped = async () => {
			const answer = await fetch(`${product.origin}/metrics`, {
				headers: { authorization: `Bearer ${product.ownerToken}` },
			});
			return Number(/reason="not-allowed"\} (\d+)/.exec(await answer.text())?.[1] ?? 0);
		};
		await expect.poll(dropped, PATIENCE).toBeGreaterThanOrEqual(2);
		expect((await xclipPaste(x.display)).toString()).toBe("a secret of the device");
		await endCopy();
		expect(product.log()).not.toContain("secret of the device");
	});
});

test("the demo's field pastes, and copies all that is in it", { timeout: 60_000 }, async () => {
	await open("demo");
	await copyInBrowser("through the demo");
	await page.keyboard.press("Control+v");
	await page.keyboard.type("!");
	await copyInBrowser("something else");
	await page.keyboard.press("Control+c");
	await expect.poll(copiedInBrowser, PATIENCE).toBe("through the demo!");
	await moveTo(page, { x: 10, y: 10 });
});
