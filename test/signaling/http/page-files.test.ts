import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Listener } from "../../../signaling/http/listener.ts";
import { servePage } from "../../../signaling/http/page-files.ts";
import { ask, serveRoutes } from "../../support/http-server.ts";

const INLINE = "document.documentElement.dataset.theme = 'dark' // é";
const html = (title: string) =>
	`<!doctype html><title>${title}</title><a href="/">All</a><script>${INLINE}</script>` +
	`<script type="module">let x = "</scr" + "ipt>";</script><script src="/_next/static/app.js" async></script>`;
const asset = "console.log(1);".repeat(500);

let folder: string;
let listener: Listener;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-page-"));
	await mkdir(join(folder, "devices"));
	await mkdir(join(folder, "_next", "static"), { recursive: true });
	await writeFile(join(folder, "index.html"), html("devices"));
	await writeFile(join(folder, "404.html"), html("not found"));
	await writeFile(join(folder, "devices", "_.html"), html("device"));
	await writeFile(join(folder, "_next", "static", "app.js"), asset);
	await writeFile(join(folder, "_next", "static", "app.js.br"), brotliCompressSync(asset));
	await writeFile(join(folder, "_next", "static", "app.js.gz"), gzipSync(asset));
	await writeFile(join(folder, "porthole.svg"), "<svg/>");
	await writeFile(join(folder, ".secret"), "hidden");
	listener = await serveRoutes([], { otherwise: servePage(folder) });
});
afterAll(async () => {
	await listener.close();
	await rm(folder, { recursive: true });
});

const get = (path: string, headers = {}) => ask(listener.port, path, { headers });
const titleOf = (text: string) => /<title>(.*?)<\/title>/.exec(text)?.[1];

describe("the page", () => {
	it.each([
		["/", 200, "devices"],
		["/?theme=dark", 200, "devices"],
		["/devices/phone", 200, "device"],
		["/devices/any.name-at_all?x=1", 200, "device"],
		["/devices/", 404, "not found"],
		["/devices/a/b", 404, "not found"],
		["/nowhere", 404, "not found"],
		["/index.html", 404, "not found"],
		["/404", 404, "not found"],
		["/index", 404, "not found"],
		["/devices/_.html", 200, "device"],
		["/.secret", 404, "not found"],
		["/%2e%2e/%2e%2e/etc/passwd", 404, "not found"],
		["/..%2f..%2fetc/passwd", 404, "not found"],
		["/%", 404, "not found"],
	])("answers %s with %i, %s", async (path, status, title) => {
		const answer = await get(path);
		expect([answer.status, titleOf(answer.text)]).toEqual([status, title]);
		expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
		expect(answer.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
	});

	it("has one address a device, as its relative URLs need", async () => {
		const { status, headers } = await get("/devices/phone/?x=1");
		expect([status, headers.location]).toEqual([308, "../phone?x=1"]);
	});

	it.each([
		["/nowhere", "./"],
		["/nowhere/", "../"],
		["/devices/a/b", "../../"],
	])("at %s, which is unknown, links to the list from there", async (path, root) => {
		const { text } = await get(path);
		expect(text).toContain(`<a href="${root}">`);
		expect(text).not.toContain('href="/');
	});

	it.each([
		["gzip, deflate, br", "br"],
		["gzip, deflate", "gzip"],
		["identity", null],
	])("comes compressed as it was asked for, with %s", async (accept, encoding) => {
		const url = `http://127.0.0.1:${listener.port}/devices/phone`;
		const response = await fetch(url, { headers: { "accept-encoding": accept } });
		expect(response.headers.get("content-encoding")).toBe(encoding);
		expect(response.headers.get("vary")).toBe("accept-encoding");
		expect(await response.text()).toBe(html("device"));
	});

	it("may be framed by the sites that were named, and by nobody when none were", async () => {
		const sites = ["https://a.example", "https://*.b.example:8443"];
		const open = await serveRoutes([], { otherwise: servePage(folder, sites) });
		const policyOf = async (port: number, path: string) =>
			String((await ask(port, path)).headers["content-security-policy"]);
		try {
			for (const path of ["/", "/devices/phone", "/nowhere"]) {
				expect(await policyOf(open.port, path)).toMatch(
					/; frame-ancestors https:\/\/a\.example https:\/\/\*\.b\.example:8443$/,
				);
				expect(await policyOf(listener.port, path)).toMatch(/; frame-ancestors 'none'$/);
			}
		} finally {
			await open.close();
		}
	});

	it("allows exactly the scripts that were in it when it was built", async () => {
		for (const path of ["/", "/devices/phone", "/nowhere"]) {
			const { text, headers } = await get(path);
			const scripts = [...text.matchAll(/<script(?: type="module")?>(.*?)<\/script>/gs)].map(
				([, body = ""]) => `'sha256-${createHash("sha256").update(body, "utf8").digest("base64")}'`,
			);
			expect(scripts.length).toBeGreaterThan(0);
			const policy = String(headers["content-security-policy"]);
			const directive = /script-src ([^;]*)/.exec(policy)?.[1];
			expect(directive).toBe(["'self'", ...scripts].join(" "));
			expect(directive).not.toContain("unsafe");
			expect(policy).toContain("default-src 'self'");
		}
	});

	it.each(["/index.htm%6c", "/index.html/", "/devices/_.htm%6c/"])(
		"does not let HTML run without its policy by the way of %s",
		async (path) => {
			const { text, headers } = await get(path);
			const policy = String(headers["content-security-policy"]);
			const hash = createHash("sha256").update(INLINE, "utf8").digest("base64");
			if (titleOf(text)) expect(policy.includes("default-src 'none'") || policy.includes(hash)).toBe(true);
		},
	);
});

describe("the page's assets", () => {
	it.each([
		["br", "gzip, br", "br"],
		["gzip", "gzip, deflate", "gzip"],
		["as they are", "identity", undefined],
	])("come compressed as %s to whoever takes that", async (_, accept, encoding) => {
		const { status, headers } = await get("/_next/static/app.js", { "accept-encoding": accept });
		expect(status).toBe(200);
		expect(headers["content-encoding"]).toBe(encoding);
		expect(headers["content-type"]).toMatch(/^text\/javascript/);
	});

	it("may be kept for ever when their name tells their content, and are asked for again when not", async () => {
		expect((await get("/_next/static/app.js")).headers["cache-control"]).toContain("immutable");
		const { headers } = await get("/porthole.svg");
		expect(headers["cache-control"]).toBe("no-cache");
		const again = await get("/porthole.svg", { "if-none-match": String(headers.etag) });
		expect(again.status).toBe(304);
	});

	it("survive a range that makes no sense", async () => {
		await get("/porthole.svg", { range: "bytes=5-2" }).catch(() => {});
		expect((await get("/porthole.svg")).text).toBe("<svg/>");
	});
});

describe("a page that has not been built", () => {
	it.each(["index.html", "404.html", "devices/_.html"])("is told of when %s is missing", async (name) => {
		const partial = await mkdtemp(join(tmpdir(), "porthole-page-"));
		try {
			await mkdir(join(partial, "devices"));
			for (const file of ["index.html", "404.html", "devices/_.html"]) {
				if (file !== name) await writeFile(join(partial, file), html("x"));
			}
			expect(() => servePage(partial)).toThrow(expect.objectContaining({ code: "page-missing" }));
			expect(() => servePage(join(partial, "nowhere"))).toThrow(/npm start/);
		} finally {
			await rm(partial, { recursive: true });
		}
	});

	it("breaks off rather than hangs when a file has vanished since the start", async () => {
		await rm(join(folder, "porthole.svg"));
		await expect(get("/porthole.svg")).rejects.toThrow();
		expect((await get("/devices/phone")).status).toBe(200);
	});
});

describe("a download that is cut off", () => {
	/** Files of the page that this process has open. */
	async function openFiles(): Promise<number> {
		const places = await readdir("/proc/self/fd");
		const targets = await Promise.all(places.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")));
		return targets.filter((target) => target.startsWith(folder)).length;
	}

	it.each([1, 8, 50])("leaves no file open where %i were asked for on one connection", async (count) => {
		await writeFile(join(folder, "_next", "static", "large.bin"), Buffer.alloc(4 * 1024 * 1024));
		const large = await serveRoutes([], { otherwise: servePage(folder) });
		const request = "GET /_next/static/large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n";
		try {
			const cut = Array.from({ length: 20 }, async () => {
				const socket = connect(large.port, "127.0.0.1");
				socket.on("error", () => {});
				socket.write(request.repeat(count));
				await new Promise((resolve) => socket.once("data", resolve).once("close", resolve));
				socket.destroy();
			});
			await Promise.all(cut);
			await vi.waitFor(async () => expect(await openFiles()).toBe(0), 10_000);
			expect((await ask(large.port, "/")).status).toBe(200);
		} finally {
			await large.close();
		}
	});
});
