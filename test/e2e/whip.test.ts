import { rm } from "node:fs/promises";
import type { Browser, Page } from "playwright";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { newContext, openDevice, PATIENCE, stateOf, untilAdvanced } from "../support/device-page.ts";
import { publish, stop } from "../support/foreign-clients.ts";
import { type ForeignSite, serveForeignSite } from "../support/foreign-page.ts";
import { foreignPeers } from "../support/foreign-peer.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { type Address, askAsOwner, newStateFolder, type Product, startProduct } from "../support/product.ts";
import { colourDistance, colourOf, frameSize, readPixel, STRIP_CELL } from "../support/screen-pixels.ts";
import { look } from "../support/seen-picture.ts";
import { startHostPart, startSignalingPart } from "../support/split-processes.ts";

/** Coding keeps flat colours to within this, of 255. */
const NEAR = 12;

const keep = keepForAll();
let browser: Browser;
let product: Product;
let site: ForeignSite;

beforeAll(async () => {
	[browser, product, site] = await Promise.all([
		keep(launchBrowser()),
		keep(startProduct({ devices: ["demo:"] })),
		keep(serveForeignSite()),
	]);
});

async function foreignPage(): Promise<Page> {
	const context = await keepForTest(browser.newContext());
	const page = await context.newPage();
	await page.goto(site.origin);
	return page;
}

const gateway = (id: string) => ({ url: `${product.origin}/whip/${id}`, token: product.ownerToken });

async function deviceIds(of: Address = product): Promise<string[]> {
	const { devices } = JSON.parse(await askAsOwner(of, "/api/devices")) as { devices: { id: string }[] };
	return devices.map(({ id }) => id);
}

describe("a WHIP publisher that somebody else wrote, on another site", () => {
	test("is a device for as long as it sends, and viewers hear why it ended", async () => {
		const page = await foreignPage();
		await publish(page, gateway("screen-share"));
		expect(await deviceIds()).toContain("screen-share");
		const own = await openDevice(await newContext(browser, product), product, "screen-share");
		await untilAdvanced(own, STRIP_CELL.x11);
		await expect.poll(() => frameSize(own), PATIENCE).toEqual({ width: 640, height: 360 });
		const distance = async () => colourDistance(await readPixel(own, { x: 300, y: 200 }), colourOf(0x2850c8));
		await expect.poll(distance, PATIENCE).toBeLessThanOrEqual(NEAR);

		await stop(page);
		await expect.poll(() => stateOf(own), PATIENCE).toBe("ended");
		expect(await own.getByText("The publisher stopped sending").count()).toBe(1);
		expect(await deviceIds()).toEqual(["demo"]);
	});

	test("keeps its id for itself, and leaves it when it vanishes without a word", async () => {
		const page = await foreignPage();
		await publish(page, gateway("cam"));
		await expect(publish(await foreignPage(), gateway("cam"))).rejects.toThrow("status 409");
		await expect(publish(await foreignPage(), gateway("demo"))).rejects.toThrow("status 409");
		await page.context().close();
		await expect.poll(() => deviceIds(), { ...PATIENCE, timeout: 40_000 }).toEqual(["demo"]);
		const again = await foreignPage();
		await publish(again, gateway("cam"));
		const own = await openDevice(await newContext(browser, product), product, "cam");
		await untilAdvanced(own, STRIP_CELL.x11);
	});
});

test("signaling on its own hands a stream to the host that takes some, and says so when there is none", async () => {
	const folder = async () => {
		const state = await newStateFolder();
		onTestFinished(() => rm(state, { recursive: true, force: true }));
		return state;
	};
	const signaling = await keepForTest(startSignalingPart(await folder()));
	const gateway = { url: `${signaling.origin}/whip/cam`, token: signaling.ownerToken };
	await expect(publish(await foreignPage(), gateway)).rejects.toThrow("status 503");
	const host = {
		signaling: signaling.origin,
		key: signaling.hostKey ?? "",
		name: "Studio",
		state: await folder(),
		devices: ["demo:"],
		arguments: ["--publishers"],
	};
	await (await keepForTest(Promise.resolve(startHostPart(host)))).joined();
	const page = await foreignPage();
	await publish(page, gateway);
	await expect.poll(() => deviceIds(signaling), PATIENCE).toContain("studio.cam");
	const context = await keepForTest(browser.newContext());
	const own = await context.newPage();
	await own.goto(`${signaling.origin}/devices/studio.cam#token=${signaling.ownerToken}`);
	await untilAdvanced(own, STRIP_CELL.x11);
	await stop(page);
	await expect.poll(() => deviceIds(signaling), PATIENCE).toEqual(["studio.demo"]);
});

describe.each(foreignPeers)("a WHIP publisher of %s", (name, openPeer) => {
	test("is a device whose pictures a browser decodes", async () => {
		const id = name.toLowerCase();
		await keepForTest(openPeer("publish", gateway(id)));
		const own = await openDevice(await newContext(browser, product), product, id);
		await expect.poll(() => frameSize(own), PATIENCE).toEqual({ width: 320, height: 240 });
		const decoded = () =>
			own.getByTestId("screen").evaluate((video) => {
				return (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames;
			});
		await expect.poll(decoded, PATIENCE).toBeGreaterThan(20);
		const authorization = `Bearer ${product.ownerToken}`;
		const still = await fetch(`${product.origin}/api/devices/${id}/still`, { headers: { authorization } });
		expect([still.status, still.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
		expect((await look(new Uint8Array(await still.arrayBuffer()))).size).toEqual([320, 240]);
	});
});
