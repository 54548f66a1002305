import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { POINTER } from "../../server/devices/demo/parts/contacts.ts";
import { contactColour } from "../../server/devices/demo/theme.ts";
import type { GrantMade } from "../../signaling/protocol/grant.ts";
import { launchBrowser } from "../support/browser.ts";
import { porthole } from "../support/command-line.ts";
import {
	complaintsOf,
	moveTo,
	newContext,
	openPage,
	PATIENCE,
	untilAdvanced,
	untilState,
} from "../support/device-page.ts";
import { freePort } from "../support/free-port.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { newStateFolder, type Product, startProduct } from "../support/product.ts";
import {
	askOverTls,
	type Certificate,
	makeCertificate,
	startCaddy,
	startNginx,
} from "../support/reverse-proxy.ts";
import { colourDistance, colourOf, readPixel, STRIP_CELL } from "../support/screen-pixels.ts";
import { startHostPart, startSignalingPart } from "../support/split-processes.ts";

/** A place on the demo's drawing surface and the radius of the ring that it draws around a contact, device pixels. */
const PLACE = { x: 360, y: 1000 };
const RING = 50;
const NEAR = 60;
const CONTACT = colourOf(Number.parseInt(contactColour(POINTER).slice(1), 16));

const keep = keepForAll();
let browser: Browser;
let product: Product;
let certificate: Certificate;
let state: string;
/** What Porthole listens on, behind both. */
let upstream: number;
/** Where each proxy shows it. */
const bases = { nginx: "", caddy: "" };

beforeAll(async () => {
	const ports = await Promise.all([freePort(), freePort(), freePort()]);
	upstream = ports[0];
	bases.nginx = `https://localhost:${ports[1]}/porthole`;
	bases.caddy = `https://localhost:${ports[2]}/porthole`;
	[browser, certificate] = await Promise.all([keep(launchBrowser()), keep(makeCertificate("localhost"))]);
	state = (await keep(openStateFolder())).path;
	const proxy = { host: "localhost", upstream, certificate };
	[product] = await Promise.all([
		keep(
			startProduct({
				devices: ["demo:"],
				port: upstream,
				state,
				arguments: ["--trust-proxy", "--name", bases.nginx, "--name", bases.caddy],
			}),
		),
		keep(startNginx({ ...proxy, port: ports[1] })),
		keep(startCaddy({ ...proxy, port: ports[2] })),
	]);
});

async function openStateFolder() {
	const path = await newStateFolder();
	return { path, close: () => rm(path, { recursive: true }) };
}

test("a host elsewhere joins signaling by the URL that its proxy shows, as signaling prints it", async () => {
	const [port, shown] = await Promise.all([freePort(), freePort()]);
	const [{ path: own }, { path: hosts }] = [
		await keepForTest(openStateFolder()),
		await keepForTest(openStateFolder()),
	];
	await keepForTest(startNginx({ host: "localhost", port: shown, upstream: port, certificate }));
	const name = `https://localhost:${shown}/porthole`;
	const signaling = await keepForTest(startSignalingPart(own, port, ["--name", name, "--trust-proxy"]));
	expect(signaling.origin).toBe(name);
	const host = startHostPart({
		signaling: signaling.origin,
		key: signaling.hostKey ?? "",
		name: "studio",
		state: hosts,
		devices: ["demo:"],
		environment: { NODE_EXTRA_CA_CERTS: certificate.certificateFile },
	});
	await keepForTest(Promise.resolve(host));
	expect(await host.joined()).toEqual(["studio.demo"]);
	const headers = { authorization: `Bearer ${signaling.ownerToken}` };
	const listed = await askOverTls(`${name}/api/devices`, certificate, { headers });
	expect(JSON.parse(listed.text)).toMatchObject({ devices: [{ id: "studio.demo" }] });
});

test("the printed link and those of the command line are the proxy's", async () => {
	expect(product.origin).toBe(bases.nginx);
	const { stdout } = await porthole(["share", "demo", "--state", state]);
	const link = stdout.trim().split("\n").at(-1);
	expect(link).toMatch(new RegExp(`^${bases.nginx}/devices/demo#grant=[\\w-]{22}$`));
});

describe.each(["nginx", "caddy"] as const)("behind %s, as the documentation sets it up", (name) => {
	const ask = (path: string, options: Parameters<typeof askOverTls>[2] = {}) =>
		askOverTls(bases[name] + path, certificate, options);
	const json = { "content-type": "application/json" };

	async function share(more: object = {}): Promise<GrantMade> {
		const { status, text } = await ask("/api/devices/demo/grants", {
			method: "POST",
			headers: { ...json, authorization: `Bearer ${product.ownerToken}` },
			body: JSON.stringify({ role: "control", ...more }),
		});
		expect(status).toBe(201);
		return JSON.parse(text) as GrantMade;
	}

	/** A browser that has opened a new link, live. */
	async function openLink(): Promise<{ context: BrowserContext; page: Page }> {
		const context = await newContext(browser, product, { stranger: true, ignoreHTTPSErrors: true });
		const { url } = await share();
		expect(url).toMatch(new RegExp(`^${bases[name]}/devices/demo#grant=`));
		const page = await openPage(context, url);
		await untilState(page, "live");
		return { context, page };
	}

	async function untilRing(page: Page, there: boolean): Promise<void> {
		const isThere = async () =>
			colourDistance(await readPixel(page, { ...PLACE, x: PLACE.x - RING }), CONTACT) < NEAR;
		await expect.poll(isThere, PATIENCE).toBe(there);
	}

	test("a shared link shows the device, takes a touch, and does both after a reload", async () => {
		const { page } = await openLink();
		for (const _ of ["opened", "reloaded"]) {
			await untilState(page, "live");
			await untilAdvanced(page, STRIP_CELL.demo);
			await moveTo(page, PLACE);
			await page.mouse.down();
			await untilRing(page, true);
			await page.mouse.up();
			await untilRing(page, false);
			expect(page.url()).toBe(`${bases[name]}/devices/demo`);
			await page.reload({ waitUntil: "domcontentloaded" });
		}
		expect(complaintsOf(page)).toEqual([]);
	});

	test("the list, its screenshots and the way to a device and back work below the base path", async () => {
		const { page } = await openLink();
		await page.getByRole("link", { name: "All devices" }).first().click();
		await page.waitForURL(`${bases[name]}/`);
		const card = page.locator("[data-testid=device-card][data-device-id=demo]");
		const width = () => card.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth);
		await expect.poll(width, PATIENCE).toBeGreaterThan(100);
		await card.click();
		await page.waitForURL(`${bases[name]}/devices/demo`);
		await untilState(page, "live");
		await page.goto(`${bases[name]}/no/such/page`);
		await page.getByRole("link", { name: "Show devices" }).click();
		await page.waitForURL(`${bases[name]}/`);
	});

	test("its cookie is for HTTPS, for its path, and for no other site", async () => {
		const { context } = await openLink();
		const cookies = await context.cookies();
		expect(cookies).toEqual([
			expect.objectContaining({
				name: expect.stringMatching(/^porthole_grant_/),
				path: "/porthole/",
				secure: true,
				httpOnly: true,
				sameSite: "Strict",
			}),
		]);
	});

	test("a program plays over WHEP with nothing but fetch, and finds its session where it is told", async () => {
		const { page } = await openLink();
		const { url } = await share({ role: "view" });
		const token = new URL(url).hash.replace("#grant=", "");
		const played = await page.evaluate(
			async ({ endpoint, token }) => {
				const headers = { authorization: `Bearer ${token}`, "content-type": "application/sdp" };
				const connection = new RTCPeerConnection();
				connection.addTransceiver("video", { direction: "recvonly" });
				const unmuted = new Promise((resolve) => {
					connection.ontrack = ({ track }) => track.addEventListener("unmute", resolve, { once: true });
				});
				await connection.setLocalDescription();
				const body = connection.localDescription?.sdp ?? "";
				const answer = await fetch(endpoint, { method: "POST", headers, body });
				await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
				await unmuted;
				const location = new URL(answer.headers.get("location") ?? "", answer.url).href;
				const ended = await fetch(location, { method: "DELETE", headers });
				connection.close();
				return { location, statuses: [answer.status, ended.status] };
			},
			{ endpoint: `${bases[name]}/whep/demo`, token },
		);
		expect(played.statuses).toEqual([201, 200]);
		expect(played.location).toMatch(new RegExp(`^${bases[name]}/whep/demo/[\\w-]+$`));
	});

	test("Baguette's clients find its routes, and its redirects stay below the base path", async () => {
		const headers = { authorization: `Bearer ${product.ownerToken}` };
		expect((await ask("/simulators.json", { headers })).status).toBe(200);
		expect((await ask("/simulators", { headers })).headers.location).toBe("/porthole/");
		expect((await ask("/simulators/DEMO", { headers })).headers.location).toBe("/porthole/devices/demo");
	});

	test("clients are told apart by the address that the proxy sees, not by one that they claim", async () => {
		const { url, id } = await share();
		const claimed = {
			"x-forwarded-for": "192.0.2.66",
			forwarded: "for=192.0.2.66",
			"x-forwarded-proto": "http",
		};
		const { status, headers } = await ask("/api/session", {
			method: "POST",
			headers: { ...json, ...claimed },
			body: JSON.stringify({ token: new URL(url).hash.replace("#grant=", "") }),
			localAddress: "127.0.0.77",
			family: 4,
		});
		expect(status).toBe(200);
		expect(String(headers["set-cookie"])).toContain("; Secure");
		const opened = async () => {
			const lines = (await readFile(join(state, "audit.jsonl"), "utf8")).trim().split("\n");
			const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
			return entries.find(({ event, grantId }) => event === "opened" && grantId === id)?.address;
		};
		await expect.poll(opened, PATIENCE).toBe("127.0.0.77");
	});

	test("a page of the same host without TLS is another site", async () => {
		const body = JSON.stringify({ token: product.ownerToken });
		const from = (origin: string) =>
			ask("/api/session", { method: "POST", headers: { ...json, origin }, body });
		const { origin } = new URL(bases[name]);
		expect((await from(origin)).status).toBe(200);
		expect((await from(origin.replace("https:", "http:"))).status).toBe(403);
	});
});
