import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Frame, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { newContext, PATIENCE } from "../support/device-page.ts";
import { freePort } from "../support/free-port.ts";
import { shareDevice } from "../support/guests.ts";
import { keepForAll } from "../support/keep.ts";
import { type Address, type Product, startProduct } from "../support/product.ts";
import {
	type Certificate,
	filled,
	makeCertificate,
	snippetOf,
	startNginx,
} from "../support/reverse-proxy.ts";
import { clockAge, readClock, STRIP_CELL } from "../support/screen-pixels.ts";

const keep = keepForAll();
let browser: Browser;
/** Lets `friend.test` embed; nobody but its proxy shows it. */
let product: Product;
/** Where it is asked without its proxy. */
let straight: Address;
/** Lets nobody embed. */
let closed: Product;
let certificate: Certificate;
/** Port of other sites' pages, whatever their names. */
let sites: number;
/** What their pages show in a frame. */
let framed = "";

beforeAll(async () => {
	const [upstream, port] = await Promise.all([freePort(), freePort()]);
	[browser, certificate] = await Promise.all([
		keep(launchBrowser({ arguments: ["--host-resolver-rules=MAP *.test 127.0.0.1"] })),
		keep(makeCertificate("porthole.test", "friend.test", "stranger.test")),
	]);
	sites = await keep(serveSites()).then((server) => server.port);
	[product, closed] = await Promise.all([
		keep(
			startProduct({
				devices: ["demo:"],
				port: upstream,
				arguments: ["--trust-proxy", "--name", `https://porthole.test:${port}/porthole`],
				environment: { PORTHOLE_EMBED_FROM: `https://friend.test:${sites},https://*.other.test` },
			}),
		),
		keep(startProduct({ devices: ["demo:"] })),
		keep(startNginx({ host: "porthole.test", port, upstream, certificate })),
	]);
	straight = { origin: `http://localhost:${upstream}`, ownerToken: product.ownerToken };
});

/** Sites of others, whose pages are written as the documentation tells. */
async function serveSites(): Promise<{ readonly port: number; close(): void }> {
	const [cert, snippet] = [certificate.pem, await snippetOf("html")];
	const server = createServer({ cert, key: await readFile(certificate.keyFile) }, (_request, response) => {
		const source = "https://example.org/porthole/devices/demo#grant=SECRET";
		response.setHeader("content-type", "text/html");
		response.end(`<!doctype html><title>A page of others</title>${filled(snippet, { [source]: framed })}`);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const close = () => {
		server.close();
		server.closeAllConnections();
	};
	return { port: (server.address() as AddressInfo).port, close };
}

function newStranger(): Promise<BrowserContext> {
	return newContext(browser, product, { stranger: true, ignoreHTTPSErrors: true });
}

async function linkTo(shown: Address, base: string): Promise<string> {
	const { url } = await shareDevice(shown, "demo", { role: "control" });
	return `${base}/devices/demo${new URL(url).hash}`;
}

/** Opens a site's page and gives the frame in it. */
async function openSite(page: Page, host: string): Promise<Frame> {
	await page.goto(`https://${host}:${sites}/`);
	const frame = page.frames().find((one) => one.parentFrame() === page.mainFrame());
	if (!frame) throw new Error("the page has no frame");
	return frame;
}

async function untilFresh(frame: Frame): Promise<void> {
	const age = async () => {
		const clock = await readClock(frame, STRIP_CELL.demo).catch(() => undefined);
		return clock === undefined ? Number.POSITIVE_INFINITY : Math.abs(clockAge(clock));
	};
	await expect.poll(age, PATIENCE).toBeLessThan(1_000);
}

async function untilBlocked(frame: Frame): Promise<void> {
	await expect.poll(() => frame.url(), PATIENCE).toBe("chrome-error://chromewebdata/");
	expect(await frame.getByTestId("screen").count()).toBe(0);
}

test("a page of a named site shows a device, also when its frame has nothing but its cookie", async () => {
	const context = await newStranger();
	const page = await context.newPage();
	framed = await linkTo(straight, product.origin);
	const frame = await openSite(page, "friend.test");
	await untilFresh(frame);
	expect(frame.url()).toBe(`${product.origin}/devices/demo`);
	expect(await context.cookies()).toEqual([
		expect.objectContaining({ path: "/porthole/", secure: true, httpOnly: true, sameSite: "None" }),
	]);

	framed = `${product.origin}/devices/demo`;
	await untilFresh(await openSite(page, "friend.test"));
});

test("a cookie of one site's frame is of no use in a page of its own", async () => {
	const context = await newStranger();
	framed = await linkTo(straight, product.origin);
	await untilFresh(await openSite(await context.newPage(), "friend.test"));
	// In a tab of its own: what else the frame's tab remembers is no matter here.
	const page = await context.newPage();
	await page.goto(`${product.origin}/devices/demo`);
	const state = page.getByTestId("state");
	await expect.poll(() => state.textContent(), PATIENCE).toContain("No link was used");
});

test("a page of a site that is not named shows nothing of it", async () => {
	const page = await (await newStranger()).newPage();
	framed = await linkTo(straight, product.origin);
	await untilBlocked(await openSite(page, "stranger.test"));
});

test("without the option no page shows it, of another site or of its own", async () => {
	const page = await (await newStranger()).newPage();
	framed = await linkTo(closed, closed.origin);
	await untilBlocked(await openSite(page, "friend.test"));

	await page.goto(closed.origin);
	await page.evaluate((source) => {
		const frame = document.createElement("iframe");
		frame.src = source;
		document.body.append(frame);
	}, framed);
	await expect.poll(() => page.frames().length, PATIENCE).toBe(2);
	await untilBlocked(page.frames()[1] as Frame);
});
