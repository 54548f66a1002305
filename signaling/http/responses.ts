import type { IncomingMessage, ServerResponse } from "node:http";
import { PortholeError } from "../protocol/errors.ts";

/** Status of each error that a request can meet; anything else is 500. */
const statuses: Record<string, number> = {
	"bad-request": 400,
	"body-too-long": 413,
	"device-asleep": 503,
	expired: 403,
	"needs-pin": 401,
	"no-such-grant": 404,
	revoked: 403,
	"state-not-writable": 507,
	"store-full": 507,
	"store-unavailable": 503,
	"too-many-grants": 409,
	"too-many-tries": 429,
	"used-up": 403,
	"wrong-device": 403,
	"wrong-pin": 401,
	"host-offline": 503,
	"no-such-host-key": 404,
	"no-token": 401,
	"no-such-device": 404,
	"not-found": 404,
	"not-allowed": 403,
	"still-timeout": 504,
	"too-many-host-keys": 409,
	"too-many-stills": 503,
	"wrong-host": 421,
	"wrong-method": 405,
	"wrong-origin": 403,
	"wrong-token": 401,
};

/** Longest request body, bytes. */
const MAX_BODY = 64 * 1024;

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, {
		"content-type": "application/json; charset=utf-8",
		"cache-control": "no-store",
	});
	response.end(JSON.stringify(body));
}

/** Answers `{error:{code,message}}`. What was not meant as an answer is told as `internal`, without its text. */
export function sendError(response: ServerResponse, error: unknown): void {
	if (response.headersSent) return void response.destroy();
	const known = error instanceof PortholeError;
	const code = known ? error.code : "internal";
	const message = known ? error.message : "Something went wrong in the server; its log tells what.";
	sendJson(response, Object.hasOwn(statuses, code) ? (statuses[code] ?? 500) : 500, {
		error: { code, message },
	});
}

/** Reads a JSON body. Throws PortholeError `body-too-long` or `bad-request`. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > MAX_BODY)
			throw new PortholeError("body-too-long", `The body is longer than ${MAX_BODY} bytes.`);
		chunks.push(chunk);
	}
	try {
		return JSON.parse(Buffer.concat(chunks).toString("utf8"));
	} catch (cause) {
		throw new PortholeError("bad-request", "The body is not JSON.", { cause });
	}
}
