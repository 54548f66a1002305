import type { Browser, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import {
	newContext,
	openDevice,
	openPage,
	PATIENCE,
	takeControl,
	untilAdvanced,
	untilState,
} from "../support/device-page.ts";
import { play, publish } from "../support/foreign-clients.ts";
import { serveForeignSite } from "../support/foreign-page.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";
import { startTurnServer, type TurnServer } from "../support/turn-server.ts";

const keep = keepForAll();
let browser: Browser;
let turn: TurnServer;
let product: Product;

beforeAll(async () => {
	[browser, turn] = await Promise.all([keep(launchBrowser()), keep(startTurnServer())]);
	product = await keep(start(turn.secret));
});

function start(secret: string): Promise<Product> {
	return startProduct({
		devices: ["demo:"],
		arguments: ["--turn", turn.url],
		environment: { PORTHOLE_TURN_SECRET: secret },
	});
}

/** Every candidate pair in use, by the kind of the page's own candidate. Clients look at the last connection made. */
function kindsInUse(page: Page): Promise<string[]> {
	return page.evaluate(async () => {
		const connection = window.foreign?.connection ?? window.connections?.at(-1);
		const report = [...((await connection?.getStats())?.values() ?? [])];
		const chosen = report
			.filter(({ type }) => type === "transport")
			.map((one) => one.selectedCandidatePairId);
		const pairs = report.filter(({ id }) => chosen.includes(id));
		return pairs.map(
			({ localCandidateId }) => report.find(({ id }) => id === localCandidateId)?.candidateType,
		);
	});
}

declare global {
	interface Window {
		connections?: RTCPeerConnection[];
	}
}

/** A context whose pages keep their connections where a test can look at them. */
async function watchedContext(of: Product) {
	const context = await newContext(browser, of);
	await context.addInitScript(() => {
		window.connections = [];
		const Original = RTCPeerConnection;
		window.RTCPeerConnection = class extends Original {
			constructor(configuration?: RTCConfiguration) {
				super(configuration);
				window.connections?.push(this);
			}
		};
	});
	return context;
}

describe("a viewer that may use nothing but a relay", () => {
	test("sees pictures and has control through it", async () => {
		const page = await openPage(await watchedContext(product), `${product.origin}/devices/demo?relay`);
		await untilState(page, "live");
		await untilAdvanced(page, STRIP_CELL.demo);
		expect(await kindsInUse(page)).toEqual(["relay"]);
		await takeControl(page, { x: 360, y: 400 });
		await expect.poll(() => page.getByTestId("floor-words").textContent(), PATIENCE).toMatch(/you/i);
	});

	test("gets credentials that end within the hour, other ones for each connection", async () => {
		const page = await openPage(await watchedContext(product), `${product.origin}/devices/demo?relay`);
		await untilState(page, "live");
		const servers = () =>
			page.evaluate(() => window.connections?.map((one) => one.getConfiguration().iceServers ?? []));
		const [[first] = []] = (await servers()) ?? [];
		const [expiry, client] = String(first?.username).split(":");
		expect(Number(expiry) - Date.now() / 1000).toBeLessThanOrEqual(3600);
		expect(Number(expiry) - Date.now() / 1000).toBeGreaterThan(3500);
		expect(client).toMatch(/^[0-9a-f-]{36}$/);
	});

	test("is told when the relay refuses the secret", async () => {
		const wrong = await keepForTest(start("another secret"));
		const page = await openPage(await newContext(browser, wrong), `${wrong.origin}/devices/demo?relay`);
		await untilState(page, "ended", { ...PATIENCE, timeout: 30_000 });
		await expect.poll(() => page.getByText(/relay \(TURN server\) refuses/).count(), PATIENCE).toBe(1);
	});

	test("is told when there is none", async () => {
		const without = await keepForTest(startProduct({ devices: ["demo:"] }));
		const page = await openPage(await newContext(browser, without), `${without.origin}/devices/demo?relay`);
		await untilState(page, "ended");
		await expect.poll(() => page.getByText(/asks for a relay/).count(), PATIENCE).toBe(1);
	});
});

test("a viewer that need not use the relay goes straight, also when the secret is wrong", async () => {
	const wrong = await keepForTest(start("another secret"));
	const context = await watchedContext(wrong);
	const page = await openDevice(context, wrong, "demo");
	await untilAdvanced(page, STRIP_CELL.demo);
	expect(await kindsInUse(page)).not.toContain("relay");
});

describe("clients that others wrote, with the relay that the Link header tells of", () => {
	async function foreignPage(): Promise<Page> {
		const site = await keepForTest(serveForeignSite());
		const page = await (await keepForTest(browser.newContext())).newPage();
		await page.goto(site.origin);
		return page;
	}

	test("play through it", async () => {
		const page = await foreignPage();
		await play(page, { url: `${product.origin}/whep/demo`, token: product.ownerToken, policy: "relay" });
		await untilAdvanced(page, STRIP_CELL.demo);
		expect(await kindsInUse(page)).toEqual(["relay"]);
	});

	test("publish through it", async () => {
		const page = await foreignPage();
		await publish(page, { url: `${product.origin}/whip/far`, token: product.ownerToken, policy: "relay" });
		const own = await openDevice(await newContext(browser, product), product, "far");
		await untilAdvanced(own, STRIP_CELL.x11);
		expect(await kindsInUse(page)).toEqual(["relay"]);
	});
});
