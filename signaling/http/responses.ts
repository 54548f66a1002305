import type { ServerResponse } from "node:http";
import { PortholeError } from "../protocol/errors.ts";

/** Status of each error that a request can meet; anything else is 500. */
const statuses: Record<string, number> = {
	"ambiguous-host": 503,
	"answer-timeout": 504,
	"asks-first": 403,
	"bad-device-id": 400,
	"bad-bezel": 502,
	"bad-fragment": 400,
	"bad-offer": 400,
	"bad-request": 400,
	"body-too-long": 413,
	closing: 503,
	"device-asleep": 503,
	"device-full": 503,
	"device-gone": 404,
	"device-id-taken": 409,
	"device-off": 503,
	expired: 403,
	full: 503,
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
	"host-stopped": 503,
	"bezel-timeout": 504,
	"no-bezel": 404,
	"no-h264": 422,
	"no-ice-restart": 422,
	"no-power": 409,
	"no-publish-host": 503,
	"no-screenshot": 404,
	"no-such-host-key": 404,
	"no-such-picture": 404,
	"no-such-session": 404,
	"no-token": 401,
	"no-such-device": 404,
	"not-found": 404,
	"not-acceptable": 406,
	"not-allowed": 403,
	"power-timeout": 504,
	"precondition-failed": 412,
	"precondition-required": 428,
	"screenshot-timeout": 504,
	"too-many-host-keys": 409,
	"too-many-publishers": 503,
	"too-many-requests": 503,
	"too-many-sessions": 429,
	"too-many-screenshots": 503,
	"too-many-tracks": 422,
	"track-closed": 503,
	unsupported: 501,
	"unsupported-media-type": 415,
	"wrong-host": 421,
	"wrong-method": 405,
	"wrong-state": 409,
	"wrong-origin": 403,
	"wrong-token": 401,
};

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, {
		"content-type": "application/json; charset=utf-8",
		"cache-control": "no-store",
	});
	response.end(JSON.stringify(body));
}

/** A code as a label of a metric: one of those known here, so that no host can make up more. */
export function countedCode(code: string): string {
	return Object.hasOwn(statuses, code) ? code : "other";
}

/** The HTTP status that goes with a code. */
export function statusOf(code: string): number {
	return Object.hasOwn(statuses, code) ? (statuses[code] ?? 500) : 500;
}

/** Answers `{error:{code,message}}`. What was not meant as an answer is told as `internal`, without its text. */
export function sendError(response: ServerResponse, error: unknown): void {
	if (response.headersSent) return void response.destroy();
	const known = error instanceof PortholeError;
	const code = known ? error.code : "internal";
	const message = known ? error.message : "Something went wrong in the server; its log tells what.";
	const status = statusOf(code);
	// RFC 6750, 3, and RFC 9110, 10.2.3.
	if (status === 401) response.setHeader("www-authenticate", "Bearer");
	if (status === 503 || status === 429) response.setHeader("retry-after", "5");
	sendJson(response, status, { error: { code, message } });
}
