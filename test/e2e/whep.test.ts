import type { Browser, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { newContext, openDevice, PATIENCE, untilAdvanced, untilFresh } from "../support/device-page.ts";
import { play, stop } from "../support/foreign-clients.ts";
import { type ForeignSite, serveForeignSite } from "../support/foreign-page.ts";
import { foreignPeers } from "../support/foreign-peer.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { type Product, readMetric, startProduct } from "../support/product.ts";
import { frameSize, STRIP_CELL } from "../support/screen-pixels.ts";

const keep = keepForAll();
let browser: Browser;
let product: Product;
let site: ForeignSite;

beforeAll(async () => {
	[browser, product, site] = await Promise.all([
		keep(launchBrowser()),
		keep(startProduct({ devices: ["demo:", "demo:?id=asking&ask=always"] })),
		keep(serveForeignSite()),
	]);
});

async function foreignPage(): Promise<Page> {
	const context = await keepForTest(browser.newContext());
	const page = await context.newPage();
	await page.goto(site.origin);
	return page;
}

async function share(deviceId: string, more: object = {}): Promise<{ token: string; id: string }> {
	const response = await fetch(`${product.origin}/api/devices/${deviceId}/grants`, {
		method: "POST",
		headers: { authorization: `Bearer ${product.ownerToken}`, "content-type": "application/json" },
		body: JSON.stringify({ role: "view", ...more }),
	});
	const { url, id } = (await response.json()) as { url: string; id: string };
	return { id, token: new URLSearchParams(new URL(url).hash.slice(1)).get("grant") ?? "" };
}

const gateway = (token: string, id = "demo") => ({ url: `${product.origin}/whep/${id}`, token });

describe("a WHEP player that somebody else wrote, on another site", () => {
	test("shows moving pictures, is listed among the people, and is gone after it stopped", async () => {
		const page = await foreignPage();
		await play(page, gateway(product.ownerToken));
		await untilAdvanced(page, STRIP_CELL.demo);
		expect(await frameSize(page)).toEqual({ width: 720, height: 1560 });

		const own = await openDevice(await newContext(browser, product), product, "demo");
		await own.getByTestId("people").click();
		await expect.poll(() => own.getByText("Player").count(), PATIENCE).toBeGreaterThan(0);
		await stop(page);
		await expect.poll(() => own.getByText("Player").count(), PATIENCE).toBe(0);
	});

	test("watches with a link's own token, and is ended when the link is revoked", async () => {
		const page = await foreignPage();
		const { id, token } = await share("demo");
		const session = await play(page, gateway(token));
		await untilFresh(page, STRIP_CELL.demo);
		const headers = { authorization: `Bearer ${product.ownerToken}` };
		expect((await fetch(`${product.origin}/api/grants/${id}`, { method: "DELETE", headers })).ok).toBe(true);
		const state = () => page.evaluate(() => window.foreign?.connection.connectionState);
		await expect.poll(state, { ...PATIENCE, timeout: 30_000 }).not.toBe("connected");
		expect((await fetch(session, { method: "DELETE", headers })).status).toBe(404);
	});

	test("spends a use of its link only when it gets to watch", async () => {
		const { token } = await share("demo", { uses: 1 });
		const headers = { authorization: `Bearer ${token}`, "content-type": "application/sdp" };
		const bad = await fetch(`${product.origin}/whep/demo`, { method: "POST", headers, body: "v=0\r\n" });
		expect(bad.status).toBe(400);
		const page = await foreignPage();
		await play(page, gateway(token));
		await untilFresh(page, STRIP_CELL.demo);
		await expect(play(await foreignPage(), gateway(token))).rejects.toThrow("status 403");
	});

	test("is refused by a device that asks first, and by a link with a PIN", async () => {
		const page = await foreignPage();
		await expect(play(page, gateway((await share("asking")).token, "asking"))).rejects.toThrow("status 403");
		await expect(play(page, gateway((await share("demo", { pin: "1234" })).token))).rejects.toThrow(
			"status 401",
		);
		await play(page, gateway(product.ownerToken, "asking"));
		await untilFresh(page, STRIP_CELL.demo);
	});

	test("that vanishes without a word is given up, and nobody else notices", async () => {
		const own = await openDevice(await newContext(browser, product), product, "demo");
		const page = await foreignPage();
		await play(page, gateway(product.ownerToken));
		await untilFresh(page, STRIP_CELL.demo);
		const gone = () => readMetric(product, "porthole_peers_ended_total", { reason: "silent" });
		const before = await gone();
		await page.context().close();
		await expect.poll(gone, { ...PATIENCE, timeout: 30_000 }).toBeGreaterThan(before);
		await untilAdvanced(own, STRIP_CELL.demo);
	});
});

describe.each(foreignPeers)("a WHEP player of %s", (_name, openPeer) => {
	test("decodes pictures, whatever media id it offers", async () => {
		const player = await keepForTest(openPeer("play", gateway(product.ownerToken)));
		await expect.poll(() => player.decoded(), PATIENCE).toBeGreaterThan(20);
	});
});
