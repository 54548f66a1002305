import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import sirv from "sirv";
import { PortholeError } from "../protocol/errors.ts";

/** Takes a few milliseconds at each start; the highest would take a hundred to save a tenth. */
const BROTLI_QUALITY = 6;

interface Page {
	readonly html: Buffer;
	/** The same, compressed; Brotli is less than half as long, as it sees that parts stand in the page twice. */
	readonly gzip: Buffer;
	readonly br: Buffer;
	readonly policy: string;
}

/**
 * Serves the exported page: `/`, `/devices/<any id>` and their assets. Only inline scripts that were in the page
 * when it was built may run (CSP hashes). URLs in the pages are relative, so that they are right under any base path.
 * Throws PortholeError `page-missing` when it has not been built.
 *
 * @param embedders Origins of pages that may show these in a frame; nobody may when there are none.
 */
export function servePage(
	folder: string,
	embedders: readonly string[] = [],
): (request: IncomingMessage, response: ServerResponse) => void {
	const list = readPage(folder, "index.html", embedders);
	const device = readPage(folder, devicePage(folder), embedders);
	const missing = readPage(folder, "404.html", embedders);
	const assets = sirv(folder, {
		extensions: [],
		etag: true,
		gzip: true,
		brotli: true,
		setHeaders: (response, path) => {
			// The pages are sent above, each with its own policy; HTML that is reached as a file may do nothing.
			response.setHeader("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
			const forever = path.startsWith("/_next/static/");
			response.setHeader("cache-control", forever ? "public, max-age=31536000, immutable" : "no-cache");
		},
	});
	return (request, response) => {
		const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
		if (path === "/") return sendPage(request, response, 200, list);
		if (/^\/devices\/[^/]+$/.test(path)) return sendPage(request, response, 200, device);
		// The relative URLs of the device page count from its one address.
		const [, id, query] = /^\/devices\/([^/?]+)\/(\?.*)?$/.exec(request.url ?? "") ?? [];
		if (id) return void response.writeHead(308, { location: `../${id}${query ?? ""}` }).end();
		if (path.endsWith(".html")) return sendMissing(path, response, missing);
		response.once("pipe", (file) => {
			// A file that has vanished since the start (the page was built anew) fails after its head was sent.
			file.once("error", () => response.destroy());
			response.once("close", () => file.destroy());
		});
		assets(request, response, () => sendMissing(path, response, missing));
	};
}

/** The device page is exported once, under a stand-in id; it reads its real one from the address. */
function devicePage(folder: string): string {
	const file = entries(join(folder, "devices")).find((name) => name.endsWith(".html"));
	return `devices/${file ?? "page.html"}`;
}

function readPage(folder: string, name: string, embedders: readonly string[]): Page {
	let html: Buffer;
	try {
		html = readFileSync(join(folder, name));
	} catch (cause) {
		const words = `The page has not been built (${name} is missing in ${folder}). Run npm start, which builds it.`;
		throw new PortholeError("page-missing", words, { cause });
	}
	return {
		html,
		gzip: gzipSync(html, { level: 9 }),
		br: brotliCompressSync(html, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
		policy: policyFor(html.toString("utf8"), embedders),
	};
}

function policyFor(html: string, embedders: readonly string[]): string {
	const hashes = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
		([, body = ""]) => `'sha256-${createHash("sha256").update(body).digest("base64")}'`,
	);
	return [
		"default-src 'self'",
		`script-src 'self' ${[...new Set(hashes)].join(" ")}`,
		"style-src 'self' 'unsafe-inline'",
		"img-src 'self' blob: data:",
		"media-src 'self' blob: mediastream:",
		"connect-src 'self'",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'none'",
		`frame-ancestors ${embedders.length > 0 ? embedders.join(" ") : "'none'"}`,
	].join("; ");
}

function sendPage(request: IncomingMessage, response: ServerResponse, status: number, page: Page): void {
	// No browser says gzip;q=0; one that did would only be shown an unreadable page.
	const accepted = request.headers["accept-encoding"] ?? "";
	const encoding = (["br", "gzip"] as const).find((name) => accepted.includes(name));
	const body = page[encoding ?? "html"];
	response.writeHead(status, {
		"content-type": "text/html; charset=utf-8",
		"content-length": body.length,
		...(encoding && { "content-encoding": encoding }),
		vary: "accept-encoding",
		"content-security-policy": page.policy,
		"cache-control": "no-cache",
	});
	response.end(body);
}

/** Answers 404. That page has no one address, so its links are made relative to the one that was asked for. */
function sendMissing(path: string, response: ServerResponse, { html, policy }: Page): void {
	const root = "../".repeat(path.split("/").length - 2) || "./";
	const body = html.toString("utf8").replaceAll('href="/', `href="${root}`);
	response.writeHead(404, {
		"content-type": "text/html; charset=utf-8",
		"content-length": Buffer.byteLength(body),
		"content-security-policy": policy,
		"cache-control": "no-cache",
	});
	response.end(body);
}

function entries(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}
