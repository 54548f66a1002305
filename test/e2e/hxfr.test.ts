import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import {
	moveTo,
	newContext,
	openDevice,
	PATIENCE,
	takeControl,
	untilAdvanced,
	untilFresh,
	untilState,
} from "../support/device-page.ts";
import { startHxfrHost } from "../support/hxfr-host.ts";
import { startHybridMonitor } from "../support/hybrid-monitor.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { askAsOwner, type Product, startProduct } from "../support/product.ts";
import { type ScreenClient, startScreenClient } from "../support/screen-client.ts";
import { frameSize, STRIP_CELL } from "../support/screen-pixels.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

const SIZE = { width: 800, height: 600 };

const keep = keepForAll();
let browser: Browser;
let x: XDisplay;
let folder: string;

beforeAll(async () => {
	[browser, x] = await Promise.all([keep(launchBrowser()), keep(startXDisplay(SIZE))]);
	folder = await mkdtemp(join(tmpdir(), "porthole-hxfr-"));
	await keep(Promise.resolve({ close: () => rm(folder, { recursive: true, force: true }) }));
});

const startHost = (...listen: string[]) =>
	keepForTest(startHxfrHost({ listen, devices: [`x11:${x.display}`, "demo:"] }));

async function show(mode: "clock" | "echo"): Promise<ScreenClient> {
	return keepForTest(startScreenClient(mode, { display: x.display, geometry: "800x600+0+0" }));
}

/** Clicks until the echo program has it: input goes nowhere before the data channel is open. */
async function expectTouch(page: Page, echo: ScreenClient): Promise<void> {
	const place = { x: 400, y: 300 };
	const pressed = () =>
		echo.events.some((event) => event.event === "button" && event.down && event.button === 1);
	await expect
		.poll(async () => {
			await takeControl(page, place);
			await moveTo(page, place);
			await page.mouse.down();
			await page.mouse.up();
			return pressed();
		}, PATIENCE)
		.toBe(true);
	const press = echo.events.find((event) => event.event === "button" && event.down && event.button === 1);
	expect(press).toMatchObject({ x: expect.closeTo(place.x, -0.5), y: expect.closeTo(place.y, -0.5) });
	await echo.until((events) =>
		events.some((event) => event.event === "button" && !event.down && event.button === 1),
	);
}

describe("over", () => {
	const keepAll = keepForAll();
	let product: Product;

	/** One host end that listens in every way, and one product with a device for each. */
	beforeAll(async () => {
		const path = (name: string) => join(folder, `${name}.sock`);
		const [plain, inherited, guest] = [path("plain"), path("inherited"), path("guest-5000")];
		const [monitor, calls] = [path("monitor"), path("guest-calls")];
		const listen = [plain, inherited, guest].map((path) => `unix:${path}`);
		listen.push("tcp:127.0.0.1:0", `hybrid:${calls}:52`);
		const { addresses } = await keepAll(startHxfrHost({ listen, devices: [`x11:${x.display}`] }));
		await keepAll(startHybridMonitor(monitor, new Map([[5000, guest]])));
		const connection = createConnection({ path: inherited });
		await once(connection, "connect");
		const devices = [
			`hxfr:unix:${plain}?id=unix`,
			`hxfr:${addresses.find((address) => address.startsWith("tcp:"))}?id=tcp`,
			`hxfr:hybrid:${monitor}:5000?id=monitor`,
			`hxfr:unix:${calls}_52?id=calls`,
			"hxfr:fd:3?id=inherited",
		];
		product = await keepAll(startProduct({ devices, connections: [connection] }));
	});

	test.each([
		["a Unix socket", "unix"],
		["TCP", "tcp"],
		["a monitor's socket", "monitor"],
		["the socket where a monitor leads its guest", "calls"],
		["an inherited descriptor", "inherited"],
	])("%s the host's screen is seen live and can be touched", async (_, id) => {
		await show("clock");
		const page = await openDevice(await newContext(browser, product), product, id);
		await untilAdvanced(page, STRIP_CELL.x11);
		expect(await frameSize(page)).toEqual(SIZE);
		await expectTouch(page, await show("echo"));
	});
});

describe("a host's screens", () => {
	test("are told apart by their number, in one product", async () => {
		await show("clock");
		const address = `unix:${join(folder, "two.sock")}`;
		await startHost(address);
		const devices = [
			`hxfr:${address}?id=first`,
			`hxfr:${address}?id=second&scanout=2`,
			`hxfr:${address}?id=third&scanout=3`,
		];
		const product = await keepForTest(startProduct({ devices }));
		const context = await newContext(browser, product);
		const [first, second] = await Promise.all([
			openDevice(context, product, "first"),
			openDevice(context, product, "second"),
		]);
		await Promise.all([untilAdvanced(first, STRIP_CELL.x11), untilAdvanced(second, STRIP_CELL.demo)]);
		expect(await frameSize(second)).toEqual({ width: 720, height: 1560 });
		const { devices: told } = JSON.parse(await askAsOwner(product, "/api/devices"));
		expect(told[1]).toMatchObject({ name: "Demo phone", kind: "hxfr", pixels: { width: 720, height: 1560 } });

		const third = await context.newPage();
		await third.goto(`${product.origin}/devices/third`);
		await expect.poll(() => third.getByTestId("state").textContent(), PATIENCE).toMatch(/no scanout 3/);
	});

	test("change their size, and the picture with them", async () => {
		await show("clock");
		const address = `unix:${join(folder, "resize.sock")}`;
		await startHost(address);
		const product = await keepForTest(startProduct({ devices: [`hxfr:${address}?id=vm`] }));
		const page = await openDevice(await newContext(browser, product), product, "vm");
		await untilFresh(page, STRIP_CELL.x11);
		for (const size of [{ width: 640, height: 480 }, SIZE]) {
			x.resize(size.width, size.height);
			await expect.poll(() => frameSize(page), PATIENCE).toEqual(size);
			await untilAdvanced(page, STRIP_CELL.x11);
		}
	});

	test("come back by themselves when the host was killed and starts again, and the page says why they were gone", async () => {
		await show("clock");
		const address = `unix:${join(folder, "killed.sock")}`;
		const host = await startHost(address);
		const product = await keepForTest(startProduct({ devices: [`hxfr:${address}?id=vm`, "demo:"] }));
		const context = await newContext(browser, product);
		const page = await openDevice(context, product, "vm");
		const demo = await openDevice(context, product, "demo");
		await untilAdvanced(page, STRIP_CELL.x11);
		await host.kill();
		await untilState(page, "no-picture");
		const words = () => page.getByRole("main").textContent();
		await expect.poll(words, PATIENCE).toMatch(/hung up|Could not connect to unix:/);
		await untilAdvanced(demo, STRIP_CELL.demo);
		await startHost(address);
		await untilState(page, "live");
		await untilAdvanced(page, STRIP_CELL.x11);
		expect(product.running()).toBe(true);
	});
});

describe("a machine without an encoder of its own", () => {
	test("has its screen coded at the other end, and by itself while that is away", async () => {
		await show("clock");
		const address = `unix:${join(folder, "coder.sock")}`;
		const host = await startHost(address);
		const product = await keepForTest(
			startProduct({ devices: [`x11:${x.display}?id=screen`], arguments: ["--encoder", `hxfr:${address}`] }),
		);
		const page = await openDevice(await newContext(browser, product), product, "screen");
		await untilAdvanced(page, STRIP_CELL.x11);
		expect(await frameSize(page)).toEqual(SIZE);
		const encoder = async () => JSON.parse(await askAsOwner(product, "/api/devices")).devices[0].encoder;
		await expect.poll(encoder, PATIENCE).toBe(`encoded at ${address}`);

		await host.kill();
		await expect.poll(encoder, PATIENCE).toMatch(/^openh264 .*; away: .*unix:/);
		await untilAdvanced(page, STRIP_CELL.x11);
		await untilState(page, "live");
		await startHost(address);
		await expect.poll(encoder, PATIENCE).toBe(`encoded at ${address}`);
		await untilAdvanced(page, STRIP_CELL.x11);
		await expectTouch(page, await show("echo"));
	});
});
