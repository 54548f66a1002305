import type { ServerResponse } from "node:http";
import { statusOf } from "../../../signaling/http/responses.ts";
import type { ErrorCode } from "../../../signaling/protocol/error-codes.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";

/** An error in Baguette's words, with the HTTP status that goes with them. */
export class GatewayRefusal extends PortholeError {
	readonly status: number;

	/** `code` is for `/metrics`, which counts those that `statusOf` knows. */
	constructor(status: number, code: ErrorCode, message: string) {
		super(code, message);
		this.status = status;
	}

	static unknown(udid: string): GatewayRefusal {
		return new GatewayRefusal(404, "no-such-device", `unknown udid: ${udid.slice(0, 100)}`);
	}

	/** A route that Baguette has and this gateway has not, or this device cannot. */
	static notOffered(what: string): GatewayRefusal {
		return new GatewayRefusal(501, "unsupported", `${what} is not offered here`);
	}
}

/** Status and words of an error for a client of this gateway. The text of unexpected errors stays in the log. */
export function wordsOf(error: unknown): { readonly status: number; readonly words: string } {
	if (error instanceof GatewayRefusal) return { status: error.status, words: error.message };
	if (!(error instanceof PortholeError))
		return { status: 500, words: "the server failed; its log tells how" };
	// Its clients know one status for both.
	if (error.code === "wrong-host" || error.code === "wrong-origin")
		return { status: 403, words: error.message };
	return { status: statusOf(error.code), words: error.message };
}

/** `{"ok":false,"error":…}`. */
export function refusalText(words: string): string {
	return JSON.stringify({ ok: false, error: words });
}

/** Answers an error as Baguette does. */
export function sendRefusal(response: ServerResponse, error: unknown): void {
	if (response.headersSent) return void response.destroy();
	const { status, words } = wordsOf(error);
	if (status === 401) response.setHeader("www-authenticate", "Bearer");
	if (status === 503 || status === 429) response.setHeader("retry-after", "5");
	sendText(response, status, refusalText(words));
}

/** Answers JSON that must not be cached. */
export function sendGatewayJson(response: ServerResponse, body: unknown): void {
	sendText(response, 200, JSON.stringify(body));
}

/** Answers `{"ok":true}`. */
export function sendOk(response: ServerResponse): void {
	sendGatewayJson(response, { ok: true });
}

function sendText(response: ServerResponse, status: number, text: string): void {
	response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
	response.end(text);
}

/** Answers a frame; `keptFor` is how long it may be cached, seconds. */
export function sendFrame(
	response: ServerResponse,
	type: "image/png" | "image/jpeg",
	data: Uint8Array,
	keptFor: number,
): void {
	response.writeHead(200, {
		"content-type": type,
		"content-length": data.length,
		// Shared caches must not keep it: it is only for clients with a right to the device.
		"cache-control": keptFor > 0 ? `private, max-age=${keptFor}` : "no-store",
	});
	response.end(data);
}
