import { readFile } from "node:fs/promises";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { Browser, BrowserContext, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import {
	type BaguetteStandIn,
	makeBaguetteStandIn,
	STAND_IN_SIZE,
	STAND_IN_UDID,
} from "../support/baguette-stand-in.ts";
import { launchBrowser } from "../support/browser.ts";
import { porthole } from "../support/command-line.ts";
import {
	moveTo,
	newContext,
	openDevice,
	openPage,
	PATIENCE,
	placeOnPage,
	takeControl,
	untilState,
} from "../support/device-page.ts";
import { keepForAll } from "../support/keep.ts";
import { colourDistance, rgb } from "../support/native-sources.ts";
import { askAsOwner, type Product, startProduct } from "../support/product.ts";
import { frameSize, readPixels } from "../support/screen-pixels.ts";

const { width, height } = STAND_IN_SIZE;
const id = STAND_IN_UDID.toLowerCase();

const keep = keepForAll();
let baguette: BaguetteStandIn;
let product: Product;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
	const [browser, standIn]: [Browser, BaguetteStandIn] = await Promise.all([
		keep(launchBrowser()),
		keep(makeBaguetteStandIn()),
	]);
	baguette = standIn;
	product = await keep(
		startProduct({
			devices: [`simulator:${STAND_IN_UDID}`, "demo:"],
			arguments: ["--fps", "20"],
			environment: standIn.environment,
		}),
	);
	context = await newContext(browser, product, { keep });
	page = await openDevice(context, product, id);
});

/** Middles of the four quarters, right of the bar: red, green, blue, white. */
const quarters = [
	{ x: width * 0.3, y: height * 0.25, colour: 0xff0000 },
	{ x: width * 0.75, y: height * 0.25, colour: 0x00ff00 },
	{ x: width * 0.3, y: height * 0.75, colour: 0x0000ff },
	{ x: width * 0.75, y: height * 0.75, colour: 0xffffff },
];

async function expectFrame(): Promise<void> {
	const worst = async () => {
		const seen = await readPixels(page, quarters);
		if (!seen) return Number.POSITIVE_INFINITY;
		return Math.max(...quarters.map(({ colour }, index) => colourDistance(seen[index] ?? [], rgb(colour))));
	};
	await expect.poll(worst, PATIENCE).toBeLessThan(40);
	const column = Array.from({ length: 24 }, (_, row) => ({ x: 20, y: (row + 0.5) * (height / 24) }));
	const bar = async () => JSON.stringify(await readPixels(page, column));
	const before = await bar();
	await expect.poll(async () => (await bar()) === before, PATIENCE).toBe(false);
}

/** The lines since `from`, once there are so many. */
async function linesFrom(from: number, count: number): Promise<string[]> {
	await expect
		.poll(async () => (await baguette.lines()).length - from, PATIENCE)
		.toBeGreaterThanOrEqual(count);
	const lines = (await baguette.lines()).slice(from);
	expect(lines.filter(({ ok }) => !ok)).toEqual([]);
	return lines.map(({ line }) => line);
}

/** Where a point of the screen is on the page, and the point that the page's own rounding makes of it. */
async function pressAt(point: { x: number; y: number }): Promise<{ x: number; y: number }> {
	const { x, y } = await placeOnPage(page, point);
	const box = await page.getByTestId("screen").boundingBox();
	if (!box) throw new Error("the page shows no screen");
	return { x: ((x - box.x) / box.width) * width, y: ((y - box.y) / box.height) * height };
}

describe("a simulator by way of baguette", () => {
	test("is seen in its colours, with its name and what it takes, and why no better way is used", async () => {
		expect(await frameSize(page)).toEqual(STAND_IN_SIZE);
		await expectFrame();
		const { devices } = JSON.parse(await askAsOwner(product, "/api/devices"));
		const device = devices.find((one: { id: string }) => one.id === id);
		expect(device).toMatchObject({
			name: "iPhone 17 Pro Max",
			kind: "simulator",
			pixels: STAND_IN_SIZE,
			points: STAND_IN_SIZE,
			power: "on",
			inputs: ["pointer", "wheel", "keys", "text", "touch"],
			encoder: "H.264 as baguette 0.2.2 gives it",
			note: expect.stringMatching(/^Shown by way of baguette\. addon: .*macOS/),
		});
		expect(device.buttons.map((button: { id: string }) => button.id)).toContain("swipe-to-home");
	});

	test("gets a press and a drag as lines of one finger, in points", async () => {
		await takeControl(page, { x: 100, y: 200 });
		await expect.poll(async () => (await baguette.lines()).length, PATIENCE).toBeGreaterThanOrEqual(2);
		await expect
			.poll(async () => (await baguette.lines()).at(-1)?.line ?? "", PATIENCE)
			.toMatch(/^\{"type":"touch1-up"/);
		const from = (await baguette.lines()).length;
		const down = await pressAt({ x: 100, y: 200 });
		const up = await pressAt({ x: 300, y: 700 });
		await moveTo(page, { x: 100, y: 200 });
		await page.mouse.down();
		await moveTo(page, { x: 300, y: 700 });
		await page.mouse.up();
		const lines = (await linesFrom(from, 3)).map((line) => JSON.parse(line));
		const near = (value: number) => expect.closeTo(value, 0);
		const point = ({ x, y }: { x: number; y: number }) => ({ x: near(x), y: near(y), width, height });
		expect(lines[0]).toEqual({ type: "touch1-down", ...point(down) });
		expect(lines.at(-2)).toEqual({ type: "touch1-move", ...point(up) });
		expect(lines.at(-1)).toEqual({ type: "touch1-up", ...point(up) });
		expect(Object.keys(lines[0])).toEqual(["type", "x", "y", "width", "height"]);
	});

	test("gets keys, modifiers and a button as the exact lines", async () => {
		const from = (await baguette.lines()).length;
		await page.keyboard.press("a");
		await page.keyboard.press("Shift+KeyB");
		await page.keyboard.press("Enter");
		expect(await linesFrom(from, 3)).toEqual([
			'{"type":"key","code":"KeyA"}',
			'{"type":"key","code":"KeyB","modifiers":["shift"]}',
			'{"type":"key","code":"Enter"}',
		]);
		const next = (await baguette.lines()).length;
		await page.getByRole("button", { name: "Home", exact: true }).first().click();
		expect(await linesFrom(next, 1)).toEqual(['{"type":"button","button":"home"}']);
	});

	describe("that is turned", () => {
		/** Where its upper left, upper right, lower left and lower right quarter is seen with its top at the left. */
		const seenQuarters = [
			{ x: 0.25, y: 0.25, colour: 0x00ff00 },
			{ x: 0.75, y: 0.25, colour: 0xffffff },
			{ x: 0.25, y: 0.75, colour: 0xff0000 },
			{ x: 0.75, y: 0.75, colour: 0x0000ff },
		];

		/** How far a frame is from having its quarters there. */
		async function quartersOff(frame: Buffer): Promise<number> {
			const image = await loadImage(frame);
			const context = createCanvas(image.width, image.height).getContext("2d");
			context.drawImage(image, 0, 0);
			const distances = seenQuarters.map(({ x, y, colour }) => {
				const at = [Math.round(x * image.width), Math.round(y * image.height)] as const;
				const [red = 0, green = 0, blue = 0] = context.getImageData(...at, 1, 1).data;
				return colourDistance([red, green, blue], rgb(colour));
			});
			return Math.max(...distances);
		}

		/** Where the screen is once it has come to rest. */
		async function screenBox() {
			await page.getByTestId("screen").evaluate(async (video) => {
				const surface = video.parentElement?.parentElement;
				await Promise.allSettled(surface?.getAnimations().map(({ finished }) => finished) ?? []);
			});
			const box = await page.getByTestId("screen").boundingBox();
			if (!box) throw new Error("the page shows no screen");
			return box;
		}

		const shape = async () => {
			const box = await screenBox();
			return box.width / box.height;
		};

		async function seenAt(x: number, y: number): Promise<[number, number]> {
			const box = await screenBox();
			return [box.x + x * box.width, box.y + y * box.height];
		}

		test("is seen with its top at the left, however large", async () => {
			await page.getByTestId("button-rotate-left").click();
			await expect.poll(shape, PATIENCE).toBeCloseTo(height / width, 2);
			// The interface turns the other way than the device.
			expect((await baguette.commands()).filter(([command]) => command === "orientation")).toEqual([
				["orientation", "--udid", STAND_IN_UDID, "landscape-right"],
			]);
			// The stream is as it was.
			expect(await frameSize(page)).toEqual(STAND_IN_SIZE);
			const seen = async () => quartersOff(await page.getByTestId("screen").screenshot());
			await expect.poll(seen, PATIENCE).toBeLessThan(40);
			await page.getByTestId("fit-mode").click();
			await expect.poll(async () => (await screenBox()).width, PATIENCE).toBeCloseTo(height, 1);
			expect((await screenBox()).height).toBeCloseTo(width, 1);
			expect(await seen()).toBeLessThan(40);
			await page.getByTestId("fit-mode").click();
			await page.getByTestId("fit-mode").click();
			await expect.poll(async () => (await screenBox()).width, PATIENCE).not.toBeCloseTo(height, 1);
		});

		test("gets a press where it is seen, in points of the upright screen", async () => {
			const from = (await baguette.lines()).length;
			await page.mouse.move(...(await seenAt(0.25, 0.1)));
			await page.mouse.down();
			await page.mouse.up();
			const [down] = (await linesFrom(from, 2)).map((line) => JSON.parse(line));
			expect(down).toEqual({
				type: "touch1-down",
				x: expect.closeTo(0.9 * width, 0),
				y: expect.closeTo(0.25 * height, 0),
				width,
				height,
			});
		});

		test("shows two fingers of one mouse where they are", async () => {
			const marks = page.getByTestId("finger-marks");
			await page.keyboard.down("Alt");
			const [x, y] = await seenAt(0.25, 0.1);
			await page.mouse.move(x, y);
			const box = await marks.locator("span").first().boundingBox();
			expect(box && [box.x + box.width / 2, box.y + box.height / 2]).toEqual([
				expect.closeTo(x, 0),
				expect.closeTo(y, 0),
			]);
			await page.keyboard.up("Alt");
			await expect.poll(() => marks.count(), PATIENCE).toBe(0);
		});

		test("is turned in a screenshot, and on its card", async () => {
			const [download] = await Promise.all([
				page.waitForEvent("download"),
				page.getByRole("button", { name: /^Screenshot/ }).click(),
			]);
			const saved = await readFile(await download.path());
			expect(await loadImage(saved)).toMatchObject({ width: height, height: width });
			expect(await quartersOff(saved)).toBeLessThan(40);
			const list = await openPage(context, product.origin);
			const screenshot = list.locator(`[data-device-id="${id}"] img`);
			await screenshot.waitFor();
			expect(await quartersOff(await screenshot.locator("..").screenshot())).toBeLessThan(40);
			await list.close();
		});

		test("is upright again when it is turned back", async () => {
			await page.getByTestId("button-rotate-right").click();
			await expect.poll(shape, PATIENCE).toBeCloseTo(width / height, 2);
			await expectFrame();
		});
	});

	test("tells the page why the picture is gone when the program dies, and shows it again", async () => {
		const pid = await baguette.streamPid();
		await baguette.die("the framebuffer is gone");
		await untilState(page, "no-picture");
		await expect
			.poll(() => page.getByRole("main").textContent(), PATIENCE)
			.toMatch(/baguette.*ended with exit code 3: the framebuffer is gone/);
		await untilState(page, "live");
		await expectFrame();
		expect(await baguette.streamPid()).not.toBe(pid);
		expect(product.running()).toBe(true);
	});
});

describe("a simulator on a machine that is no Mac", () => {
	test("is refused with what to do", async () => {
		const { code, stderr } = await porthole(
			["serve", "--port", "0", "--device", `simulator:${STAND_IN_UDID}`],
			{
				PORTHOLE_BAGUETTE: "",
			},
		);
		expect(code).not.toBe(0);
		expect(stderr).toMatch(/Simulators are on Macs only/);
	});
});
