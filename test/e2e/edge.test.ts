import type { Browser, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { moveTo, openPage, PATIENCE, untilAdvanced, untilState } from "../support/device-page.ts";
import { startEdge } from "../support/edge-process.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { remoteEnd, watchConnections } from "../support/media-path.ts";
import { hasMediasoup } from "../support/mediasoup.ts";
import {
	makeNetworkNamespaces,
	mayMakeNamespaces,
	type NetworkNamespaces,
} from "../support/network-namespaces.ts";
import { type Product, startProduct } from "../support/product.ts";
import { startScreenClient } from "../support/screen-client.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

const keep = keepForAll();
const possible = hasMediasoup() && mayMakeNamespaces();
let network: NetworkNamespaces;
let browser: Browser;
let x: XDisplay;
let product: Product;

/** Two machines: the device and its host on one, the edge and the viewers on the other. */
beforeAll(async () => {
	if (!possible) return;
	network = await keep(makeNetworkNamespaces());
	const { near, far } = network;
	x = await keep(startXDisplay({ width: 640, height: 480 }));
	browser = await keep(
		far.wrap("/usr/bin/chromium").then((executablePath) => launchBrowser({ executablePath })),
	);
	product = await keep(
		startProduct({
			devices: [`x11:${x.display}?id=screen`],
			within: near.within,
			arguments: [
				...["--engine", "mediasoup", "--workers", "1", "--lan", "--name", near.address],
				...["--edges", `${near.address}:0`, "--viewers-here", "0"],
			],
		}),
	);
});

/** The device's page as somebody on the far machine opens it. */
async function openFar(): Promise<Page> {
	const context = await keepForTest(browser.newContext({ viewport: { width: 1280, height: 860 } }));
	await watchConnections(context);
	const address = `http://${network.near.address}:${product.port}`;
	const page = await openPage(context, `${address}/devices/screen#token=${product.ownerToken}`);
	await untilState(page, "live");
	return page;
}

test.runIf(possible)("an edge on another machine shows the device and passes input on to it", async () => {
	await keepForTest(startEdge(product.edgeArguments, network.far.within));
	const client = await keepForTest(startScreenClient("echo", { display: x.display }));
	const page = await openFar();
	expect(await remoteEnd(page)).toMatchObject({ address: network.far.address });
	await moveTo(page, { x: 320, y: 240 });
	await page.mouse.down();
	await page.mouse.up();
	await client.until((events) => events.filter(({ event }) => event === "button").length >= 2);
	await client.close();
	await keepForTest(startScreenClient("clock", { display: x.display, geometry: "640x480+0+0" }));
	await untilAdvanced(page, STRIP_CELL.x11);
});

test.runIf(possible)("an edge's two viewers are served from one stream, by two workers", async () => {
	const args = [...product.edgeArguments, "--workers", "2"];
	await keepForTest(startEdge(args, network.far.within));
	await keepForTest(startScreenClient("clock", { display: x.display, geometry: "640x480+0+0" }));
	const pages = [await openFar(), await openFar()];
	for (const page of pages) {
		expect(await remoteEnd(page)).toMatchObject({ address: network.far.address });
		await untilAdvanced(page, STRIP_CELL.x11);
	}
	const ports = await Promise.all(pages.map(async (page) => (await remoteEnd(page))?.port));
	expect(new Set(ports).size).toBe(2);
});

test.runIf(possible)("viewers of an edge that is lost are served by the host again", async () => {
	const edge = await keepForTest(startEdge(product.edgeArguments, network.far.within));
	await keepForTest(startScreenClient("clock", { display: x.display, geometry: "640x480+0+0" }));
	const page = await openFar();
	expect(await remoteEnd(page)).toMatchObject({ address: network.far.address });
	process.kill(edge.pid, "SIGKILL");
	await expect.poll(() => remoteEnd(page), PATIENCE).toMatchObject({ address: network.near.address });
	await untilState(page, "live");
	await untilAdvanced(page, STRIP_CELL.x11);
});

test.runIf(possible)("an edge with a wrong key is sent away for good", async () => {
	const wrong = product.edgeArguments.map((each) => each.replace(/^--key=.*/, "--key=another-key"));
	await expect(startEdge(wrong, network.far.within)).rejects.toThrow(/ended with 1: .*edge-refused/s);
});
