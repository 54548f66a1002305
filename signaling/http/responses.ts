import type { ServerResponse } from "node:http";
import { factsOf } from "../protocol/error-codes.ts";
import { PortholeError } from "../protocol/errors.ts";

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, {
		"content-type": "application/json; charset=utf-8",
		"cache-control": "no-store",
	});
	response.end(JSON.stringify(body));
}

/** A code as a label of a metric: one that a request can meet, so that no host can make up more. */
export function countedCode(code: string): string {
	return factsOf(code)?.status === undefined ? "other" : code;
}

/** The HTTP status that goes with a code. */
export function statusOf(code: string): number {
	return factsOf(code)?.status ?? 500;
}

/** `{error:{code,message}}` and its status. What was not meant as an answer is told as `internal`, without its text. */
export function errorAnswer(error: unknown): { readonly status: number; readonly body: object } {
	const known = error instanceof PortholeError;
	const code = known ? error.code : "internal";
	const message = known ? error.message : "Something went wrong in the server; its log tells what.";
	return { status: statusOf(code), body: { error: { code, message } } };
}

/** Answers an error as `errorAnswer` has it. */
export function sendError(response: ServerResponse, error: unknown): void {
	if (response.headersSent) return void response.destroy();
	const { status, body } = errorAnswer(error);
	// RFC 6750, 3, and RFC 9110, 10.2.3.
	if (status === 401) response.setHeader("www-authenticate", "Bearer");
	if (status === 503 || status === 429) response.setHeader("retry-after", "5");
	sendJson(response, status, body);
}
