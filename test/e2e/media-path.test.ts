import type { Browser, BrowserContext, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { newContext, openDevice, PATIENCE, untilAdvanced } from "../support/device-page.ts";
import { keepForAll } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";

declare global {
	interface Window {
		openedPeers?: RTCPeerConnection[];
	}
}

const keep = keepForAll();
let browser: Browser;
let product: Product;

beforeAll(async () => {
	browser = await keep(launchBrowser());
	product = await keep(startProduct({ devices: ["demo:"] }));
});

/** Lets pages of a session see only those candidates of an offer that match, as if a firewall ate the rest. */
async function allowOnly(context: BrowserContext, candidates: RegExp): Promise<void> {
	await context.addInitScript((source) => {
		const allowed = new RegExp(source);
		const Original = RTCPeerConnection;
		window.RTCPeerConnection = class extends Original {
			override async setRemoteDescription(offer: RTCSessionDescriptionInit): Promise<void> {
				window.openedPeers = [...(window.openedPeers ?? []), this];
				const lines = (offer.sdp ?? "").split("\r\n");
				const kept = lines.filter((line) => !line.startsWith("a=candidate:") || allowed.test(line));
				await super.setRemoteDescription({ type: offer.type, sdp: kept.join("\r\n") });
			}
		};
	}, candidates.source);
}

/** Where the host's end of the chosen path is, and how packets get there. */
async function chosenPath(page: Page): Promise<{ address: string; protocol: string } | undefined> {
	return page.evaluate(async () => {
		const report = await window.openedPeers?.at(-1)?.getStats();
		const stats: Record<string, string>[] = report ? [...report.values()] : [];
		const transport = stats.find(({ type }) => type === "transport");
		const pair = stats.find(({ id }) => id === transport?.selectedCandidatePairId);
		const remote = stats.find(({ id }) => id === pair?.remoteCandidateId);
		return remote && { address: remote.address ?? "", protocol: remote.protocol ?? "" };
	});
}

test.each([
	["UDP over IPv4", / udp \d+ 127\.0\.0\.1 /i, { address: "127.0.0.1", protocol: "udp" }],
	["UDP over IPv6", / udp \d+ ::1 /i, { address: "::1", protocol: "udp" }],
	["TCP over IPv4", / tcp \d+ 127\.0\.0\.1 /i, { address: "127.0.0.1", protocol: "tcp" }],
	["TCP over IPv6", / tcp \d+ ::1 /i, { address: "::1", protocol: "tcp" }],
])("pictures and input come through %s alone", async (_name, candidates, path) => {
	const context = await newContext(browser, product);
	await allowOnly(context, candidates);
	const page = await openDevice(context, product, "demo");
	await untilAdvanced(page, STRIP_CELL.demo);
	const { address, protocol } = (await chosenPath(page)) ?? {};
	expect({ address: address?.replace(/[[\]]/g, ""), protocol }).toEqual(path);
	const isWide = () =>
		page.getByTestId("screen").evaluate((video: HTMLVideoElement) => video.videoWidth > video.videoHeight);
	const before = await isWide();
	await page.getByTestId("button-rotate").click();
	await expect.poll(isWide, PATIENCE).toBe(!before);
});
