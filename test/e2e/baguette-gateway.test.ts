import type { Browser, Page } from "playwright";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { contactColour } from "../../server/devices/demo/theme.ts";
import { launchBrowser } from "../support/browser.ts";
import {
	complaintsOf,
	newContext,
	openPage,
	PATIENCE,
	takeControl,
	untilAdvanced,
} from "../support/device-page.ts";
import { gatewayPixel, gatewayReading, readAvcc, readMjpeg, sayAtGateway } from "../support/gateway-page.ts";
import { chooseControl, joinAsOwner, revokeGrant, shareDevice, untilControl } from "../support/guests.ts";
import { keepForAll } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import {
	type Colour,
	colourDistance,
	colourOf,
	type Pixel,
	readPixel,
	STRIP_CELL,
} from "../support/screen-pixels.ts";

/** Radius of the ring that the demo draws around a contact, device pixels. */
const RING = 50;
/** A thin ring is coded less exactly than an area. */
const NEAR = 60;
/** On the demo's drawing surface, device pixels; two of them are a point. */
const PLACE: Pixel = { x: 360, y: 1000 };
const RIM: Pixel = { x: PLACE.x - RING, y: PLACE.y };
const INK = colourOf(Number.parseInt(contactColour(0).slice(1), 16));

const keep = keepForAll();
let browser: Browser;
let product: Product;

beforeAll(async () => {
	[browser, product] = await Promise.all([
		keep(launchBrowser()),
		keep(startProduct({ devices: ["demo:", "desktop:640x480?id=desk"] })),
	]);
});

const asOwner = () => ({ authorization: `Bearer ${product.ownerToken}` });
const touch = (phase: "down" | "up") => ({
	type: `touch1-${phase}`,
	...{ x: PLACE.x / 2, y: PLACE.y / 2, width: 360, height: 780 },
});
const isNear = (colour: Colour | undefined, wanted: Colour) => colourDistance(colour, wanted) < NEAR;

/** A page of the product's origin, where a Baguette client may run. */
const clientPage = async () => openPage(await newContext(browser, product), `${product.origin}/healthz`);

async function untilFrames(page: Page, reader: number, count: number): Promise<void> {
	await expect.poll(async () => (await gatewayReading(page, reader)).frames, PATIENCE).toBeGreaterThan(count);
}

/** Asks a route of the gateway for its answer. */
async function post(path: string, body: object, headers: Record<string, string> = asOwner()) {
	const response = await fetch(`${product.origin}/simulators/${path}`, {
		method: "POST",
		headers,
		body: JSON.stringify(body),
	});
	return (await response.json()) as { ok: boolean; error?: string };
}

describe("Baguette's clients", () => {
	test("see in both of their formats what a page sees, and what one touches shows in all", async () => {
		const [client, page] = [await clientPage(), await joinAsOwner(browser, product, "demo")];
		const [avcc, mjpeg] = [await readAvcc(client, "DEMO"), await readMjpeg(client, "demo")];
		await Promise.all([untilFrames(client, avcc, 2), untilFrames(client, mjpeg, 2)]);
		const reading = await gatewayReading(client, avcc);
		expect(reading).toMatchObject({ size: { width: 720, height: 1560 }, failure: undefined, texts: [] });
		expect(reading.tags.slice(0, 2)).toEqual([1, 2]);
		expect(await gatewayReading(client, mjpeg)).toMatchObject({ size: reading.size, failure: undefined });

		await sayAtGateway(client, avcc, touch("down"));
		await expect.poll(async () => isNear(await readPixel(page, RIM), INK), PATIENCE).toBe(true);
		await expect.poll(async () => isNear(await gatewayPixel(client, avcc, RIM), INK), PATIENCE).toBe(true);
		await expect.poll(async () => isNear(await gatewayPixel(client, mjpeg, RIM), INK), PATIENCE).toBe(true);
		// It is held as long as the connection is, without a word.
		await client.evaluate((index) => window.gatewayReaders?.[index]?.socket.close(), avcc);
		await expect.poll(async () => isNear(await readPixel(page, RIM), INK), PATIENCE).toBe(false);
		expect(complaintsOf(page)).toEqual([]);
	});

	test("see a desktop as its page does, at its own size and at half of it", async () => {
		const [client, page] = [await clientPage(), await joinAsOwner(browser, product, "desk")];
		const [avcc, mjpeg] = [await readAvcc(client, "desk"), await readMjpeg(client, "desk")];
		await Promise.all([untilFrames(client, avcc, 0), untilFrames(client, mjpeg, 0)]);
		expect(await gatewayReading(client, mjpeg)).toMatchObject({ size: { width: 640, height: 480 } });
		for (const place of [
			{ x: 20, y: 460 },
			{ x: 600, y: 300 },
		]) {
			const seen = (await readPixel(page, place)) as Colour;
			await expect
				.poll(async () => isNear(await gatewayPixel(client, avcc, place), seen), PATIENCE)
				.toBe(true);
			await expect
				.poll(async () => isNear(await gatewayPixel(client, mjpeg, place), seen), PATIENCE)
				.toBe(true);
		}
		await sayAtGateway(client, avcc, { type: "set_scale", scale: 2 });
		const size = async () => (await gatewayReading(client, avcc)).size;
		await expect.poll(size, PATIENCE).toEqual({ width: 320, height: 240 });
		expect(await gatewayReading(client, avcc)).toMatchObject({ failure: undefined, closed: undefined });
	});

	test("disturb nobody with what is wrong", async () => {
		const page = await joinAsOwner(browser, product, "demo");
		await untilAdvanced(page, STRIP_CELL.demo);
		const json = JSON.stringify({ type: "tap", x: 1, y: 1, width: 2, height: 2 });
		const wrong: [string, string, Record<string, string>, string][] = [
			["demo/input", '{"type":"tap"}', {}, "missing field: x"],
			["demo/input", "}".repeat(1000), {}, "invalid JSON"],
			["demo/input", "a".repeat(4 * 1024 * 1024 + 1), {}, "longer than 4194304 bytes"],
			["demo/input", json, { origin: "https://evil.example" }, "may not use this server"],
			["nobody/input", json, {}, "unknown udid: nobody"],
			["demo/boot", "", {}, "bootFailed"],
		];
		for (const [path, body, headers, error] of wrong) {
			const url = `${product.origin}/simulators/${path}`;
			const response = await fetch(url, { method: "POST", headers: { ...asOwner(), ...headers }, body });
			expect(await response.json()).toEqual({ ok: false, error: expect.stringContaining(error) });
		}
		const client = await clientPage();
		const readers = [await readAvcc(client, "demo"), await readAvcc(client, "demo")] as const;
		for (const reader of readers) await untilFrames(client, reader, 1);
		await client.evaluate((index) => window.gatewayReaders?.[index]?.socket.send("}{"), readers[0]);
		await client.evaluate((index) => window.gatewayReaders?.[index]?.socket.close(), readers[0]);
		const { frames } = await gatewayReading(client, readers[1]);
		await untilFrames(client, readers[1], frames);
		await untilAdvanced(page, STRIP_CELL.demo);
		expect(complaintsOf(page)).toEqual([]);
	});

	test("touch only while nobody else has control, and are ended with their link", async () => {
		const page = await joinAsOwner(browser, product, "demo");
		await takeControl(page, PLACE);
		await untilControl(page, "you");
		const { url, id } = await shareDevice(product, "demo", { role: "control", label: "Baguette" });
		const token = new URLSearchParams(new URL(url).hash.slice(1)).get("grant") ?? "";
		const guest = { authorization: `Basic ${Buffer.from(`baguette:${token}`).toString("base64")}` };
		const tap = { type: "tap", x: 180, y: 500, width: 360, height: 780 };
		expect(await post("demo/input", tap, guest)).toEqual({
			ok: false,
			error: "Somebody else has control of this device.",
		});
		await chooseControl(page, "release");
		await expect.poll(async () => (await post("demo/input", tap, guest)).ok, PATIENCE).toBe(true);

		// A URL is all that this client has.
		const address = `ws://baguette:${token}@127.0.0.1:${product.port}/simulators/demo/stream?format=avcc`;
		const socket = new WebSocket(address);
		onTestFinished(() => socket.terminate());
		let frames = 0;
		const texts: string[] = [];
		socket.on("message", (data, binary) => (binary ? frames++ : texts.push(String(data))));
		const closed = new Promise<number>((resolve) => socket.once("close", resolve));
		await expect.poll(() => frames, PATIENCE).toBeGreaterThan(2);
		await revokeGrant(product, id);
		expect(await closed).toBe(1008);
		expect(texts).toEqual([expect.stringMatching(/^\{"ok":false,"error":".*revoked/i)]);
		expect((await post("demo/input", tap, guest)).ok).toBe(false);
	});
});
