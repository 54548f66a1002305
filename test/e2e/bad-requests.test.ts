import type { Browser, Page } from "playwright";
import { beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { browserOffer, type OfferShape } from "../support/browser-offer.ts";
import { newContext, openDevice, recordStates, untilAdvanced } from "../support/device-page.ts";
import { ask } from "../support/http-server.ts";
import { keepForAll } from "../support/keep.ts";
import { askAsOwner, type Product, readMetric, startProduct } from "../support/product.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";

const keep = keepForAll();
let browser: Browser;
let product: Product;
let page: Page;

/** Somebody who watches all the while. */
beforeAll(async () => {
	[browser, product] = await Promise.all([keep(launchBrowser()), keep(startProduct({ devices: ["demo:"] }))]);
	page = await openDevice(await newContext(browser, product, { keep }), product, "demo");
});

const owner = () => ({ authorization: `Bearer ${product.ownerToken}` });

async function post(path: string, body: string, more: Record<string, string> = {}) {
	const headers = {
		host: `localhost:${product.port}`,
		"content-type": "application/sdp",
		...owner(),
		...more,
	};
	const answer = await ask(product.port, path, { method: "POST", headers, body });
	const code =
		answer.status === 201 ? "" : (JSON.parse(answer.text) as { error: { code: string } }).error.code;
	return { ...answer, code };
}

const offers: readonly (readonly [words: string, status: number, code: string, body: string])[] = [
	["nothing", 400, "bad-offer", ""],
	["JSON", 400, "bad-offer", '{"sdp":"v=0"}'],
	["a first line alone", 400, "bad-offer", "v=0\r\n"],
	["binary", 400, "bad-request", "v=0\r\n\xff\xfe"],
	["a megabyte", 413, "body-too-long", `v=0\r\n${"a=x\r\n".repeat(200_000)}`],
	["too many sections", 400, "bad-offer", `v=0\r\n${"m=video 9 UDP/TLS/RTP/SAVPF 96\r\n".repeat(100)}`],
];
const shapes: readonly (readonly [status: number, code: string, shape: OfferShape])[] = [
	[422, "no-h264", { h264: [] }],
	[422, "no-h264", { h264: [["42e01f", 0]] }],
	[422, "too-many-tracks", { videos: 2 }],
	[400, "bad-offer", { videos: 0 }],
	[400, "bad-offer", { setup: "passive" }],
	[400, "bad-offer", { fingerprint: "sha-256 00" }],
	[400, "bad-offer", { direction: "inactive" }],
	[400, "bad-offer", { ufrag: "x" }],
];

describe.each(["whep/demo", "whip/cam"])("POST /%s", (path) => {
	const side = path.startsWith("whep") ? "recvonly" : "sendonly";

	test("answers what is no usable offer with a code, counts it, and nobody else notices", async () => {
		const states = await recordStates(page);
		const before = await readMetric(product, "porthole_requests_refused_total", { reason: "bad-offer" });
		for (const [words, status, code, body] of offers) {
			const raw = Buffer.from(body, "latin1") as unknown as string;
			const answer = await post(`/${path}`, raw);
			expect([words, answer.status, answer.code]).toEqual([words, status, code]);
		}
		for (const [status, code, shape] of shapes) {
			const answer = await post(`/${path}`, browserOffer({ direction: side, ...shape }));
			expect([shape, answer.status, answer.code]).toEqual([shape, status, code]);
		}
		const after = await readMetric(product, "porthole_requests_refused_total", { reason: "bad-offer" });
		expect(after - before).toBeGreaterThanOrEqual(8);
		const { devices } = JSON.parse(await askAsOwner(product, "/api/devices")) as {
			devices: { id: string }[];
		};
		expect(devices.map(({ id }) => id)).toEqual(["demo"]);
		await untilAdvanced(page, STRIP_CELL.demo);
		expect(await states()).toEqual(["live"]);
	});

	test("bounds what comes of clients that never connect", async () => {
		const answers = await Promise.all(
			Array.from({ length: 100 }, (_, i) => {
				const where = path.startsWith("whip") ? `/whip/cam-${i}` : `/${path}`;
				return post(where, browserOffer({ direction: side }));
			}),
		);
		const statuses = new Set(answers.map(({ status }) => status));
		// 60 players a minute from one place, and 64 sessions of one right; 16 publishers of one host.
		expect([...statuses].filter((status) => ![201, 429, 503].includes(status))).toEqual([]);
		const taken = answers.filter(({ status }) => status === 201);
		expect(taken.length).toBeLessThanOrEqual(64);
		expect(taken.length).toBeGreaterThanOrEqual(10);
		const headers = { host: `localhost:${product.port}`, ...owner() };
		for (const { headers: told } of taken) {
			const gone = await ask(product.port, told.location ?? "", { method: "DELETE", headers });
			expect(gone.status).toBe(200);
		}
		await untilAdvanced(page, STRIP_CELL.demo);
	});

	test("has sessions that cannot be forged", async () => {
		for (const key of ["x", "A".repeat(32), "..", "%2e%2e", "__proto__"]) {
			const answer = await ask(product.port, `/${path}/${key}`, {
				method: "DELETE",
				headers: { host: `localhost:${product.port}`, ...owner() },
			});
			expect([key, answer.status]).toEqual([key, 404]);
		}
		expect(product.running()).toBe(true);
	});
});
