import { request } from "node:http";
import type { Browser } from "playwright";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { PROTOCOL_VERSION } from "../../signaling/protocol/messages.ts";
import { launchBrowser } from "../support/browser.ts";
import { newContext, openPage, PATIENCE, untilState } from "../support/device-page.ts";
import { keepForAll } from "../support/keep.ts";
import { type Product, readMetric, startProduct } from "../support/product.ts";
import { connectRaw, type RawSignaling, refusalOf } from "../support/raw-signaling.ts";

const ELSEWHERE = "http://evil.example";

const keep = keepForAll();
let browser: Browser;
let product: Product;

beforeAll(async () => {
	browser = await keep(launchBrowser());
	product = await keep(startProduct({ devices: ["demo:"] }));
});

interface Answer {
	readonly status: number;
	readonly cookie: string | undefined;
	readonly body: string;
}

/** A request as a program may make it: with any Host and Origin. */
function ask(
	method: string,
	path: string,
	headers: Readonly<Record<string, string>> = {},
	body = "",
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const asking = request({ host: "127.0.0.1", port: product.port, method, path, headers }, (response) => {
			let text = "";
			response.setEncoding("utf8").on("data", (chunk: string) => {
				text += chunk;
			});
			response.once("end", () => {
				const cookie = response.headers["set-cookie"]?.[0];
				resolve({ status: response.statusCode ?? 0, cookie, body: text });
			});
		});
		asking.once("error", reject);
		asking.end(body);
	});
}

function codeIn({ body }: Answer): string {
	return JSON.parse(body).error.code;
}

const asOwner = () => ({ authorization: `Bearer ${product.ownerToken}` });

describe("the owner's link", () => {
	test("opens a device, leaves the address bar, and is not needed a second time", async () => {
		const context = await newContext(browser, product, { stranger: true });
		const page = await openPage(context, `${product.origin}/devices/demo#token=${product.ownerToken}`);
		await untilState(page, "live");
		expect(page.url()).toBe(`${product.origin}/devices/demo`);
		await expect.poll(async () => (await context.cookies()).length, PATIENCE).toBe(1);
		const [cookie] = await context.cookies();
		expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
		expect(cookie?.value).not.toContain(product.ownerToken);

		const again = await openPage(context, `${product.origin}/devices/demo`);
		await untilState(again, "live");
	});

	test("opens the list and leaves the address bar", async () => {
		const context = await newContext(browser, product, { stranger: true });
		const page = await openPage(context, `${product.origin}/#token=${product.ownerToken}`);
		await page.getByTestId("device-card").waitFor();
		expect(page.url()).toBe(`${product.origin}/`);
	});
});

describe("a browser that nobody let in", () => {
	test.each([
		["without a token", "", "No link was used"],
		["with a wrong token", "#token=wrong", "This link is not good here"],
	])("%s is told so on a device's page and sees no picture", async (_how, fragment, headline) => {
		const context = await newContext(browser, product, { stranger: true });
		const page = await openPage(context, `${product.origin}/devices/demo${fragment}`);
		await untilState(page, "refused");
		const words = await page.getByTestId("state").textContent();
		expect(words).toContain(headline);
		expect(words).toContain("Open the link");
		expect(await page.getByTestId("try-again").count()).toBe(0);
		expect(await page.getByRole("navigation").getByRole("button").count()).toBe(0);
		expect(await context.cookies()).toEqual([]);
		const shows = await page
			.getByTestId("screen")
			.evaluate((video: HTMLVideoElement) => video.srcObject !== null);
		expect(shows).toBe(false);
	});

	test("is told so on the list", async () => {
		const context = await newContext(browser, product, { stranger: true });
		const page = await openPage(context, product.origin);
		await page.getByTestId("try-again").waitFor();
		expect(await page.getByTestId("state").textContent()).toContain("may not see the devices");
		expect(await page.getByTestId("device-card").count()).toBe(0);
	});
});

describe("HTTP", () => {
	test("answers /healthz to anyone", async () => {
		expect((await ask("GET", "/healthz")).status).toBe(200);
	});

	test.each([["/metrics"], ["/api/devices"], ["/api/devices/demo/still"]])(
		"refuses %s without a token and with a wrong one",
		async (path) => {
			const stranger = await ask("GET", path);
			expect([stranger.status, codeIn(stranger)]).toEqual([401, "no-token"]);
			const liar = await ask("GET", path, { authorization: "Bearer wrong" });
			expect([liar.status, codeIn(liar)]).toEqual([401, "wrong-token"]);
			expect((await ask("GET", path, asOwner())).status).toBe(200);
		},
	);

	test("gives no cookie for a wrong token", async () => {
		const answer = await ask("POST", "/api/session", {}, JSON.stringify({ token: "wrong" }));
		expect([answer.status, codeIn(answer), answer.cookie]).toEqual([401, "wrong-token", undefined]);
	});

	test("refuses another site's pages, whatever they know", async () => {
		const body = JSON.stringify({ token: product.ownerToken });
		for (const origin of [ELSEWHERE, "null", `http://localhost:${product.port + 1}`]) {
			const post = await ask("POST", "/api/session", { origin }, body);
			expect([post.status, codeIn(post), post.cookie]).toEqual([403, "wrong-origin", undefined]);
			const get = await ask("GET", "/api/devices", { ...asOwner(), origin });
			expect([get.status, codeIn(get)]).toEqual([403, "wrong-origin"]);
		}
	});

	test("refuses a host name that is not its own, as DNS rebinding would bring", async () => {
		const before = await readMetric(product, "porthole_requests_refused_total", { reason: "wrong-host" });
		for (const path of ["/", "/devices/demo", "/api/devices", "/healthz"]) {
			const answer = await ask("GET", path, { ...asOwner(), host: "evil.example" });
			expect([answer.status, codeIn(answer)]).toEqual([421, "wrong-host"]);
		}
		const after = await readMetric(product, "porthole_requests_refused_total", { reason: "wrong-host" });
		expect(after - before).toBe(4);
	});
});

describe("signaling", () => {
	async function connect(): Promise<RawSignaling> {
		const connection = await connectRaw(product);
		onTestFinished(() => connection.close());
		return connection;
	}

	test("refuses another site's pages before any message", async () => {
		const before = await readMetric(product, "porthole_requests_refused_total", { reason: "wrong-origin" });
		expect(await refusalOf(product, { origin: ELSEWHERE })).toMatchObject({
			status: 403,
			body: expect.stringContaining('"code":"wrong-origin"'),
		});
		const after = await readMetric(product, "porthole_requests_refused_total", { reason: "wrong-origin" });
		expect(after - before).toBe(1);
	});

	test("refuses a strange host name", async () => {
		expect(await refusalOf(product, { host: "evil.example" })).toMatchObject({
			status: 421,
			body: expect.stringContaining('"code":"wrong-host"'),
		});
	});

	test("lets its own page in", async () => {
		expect(await refusalOf(product, { origin: product.origin })).toBeUndefined();
	});

	test.each([
		["a viewer without a token", { as: "viewer", deviceId: "demo", media: false }, "no-token"],
		[
			"a viewer with a wrong token",
			{ as: "viewer", deviceId: "demo", media: false, token: "x" },
			"wrong-token",
		],
		["a list without a token", { as: "directory" }, "no-token"],
		["a host with a wrong key", { as: "host", hostId: "h", name: "H", key: "x" }, "wrong-host-key"],
	])("refuses %s for good", async (_who, hello, code) => {
		const connection = await connect();
		connection.say({ type: "hello", version: PROTOCOL_VERSION, ...hello });
		expect(await connection.next("error")).toMatchObject({ reason: { code }, final: true });
		await connection.ended();
		expect(connection.heard).toHaveLength(1);
	});
});
