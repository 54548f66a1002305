import type { IncomingMessage } from "node:http";
import { PortholeError } from "../../protocol/errors.ts";
import { readBody } from "../request-body.ts";

/**
 * Reads a body of one media type. Throws PortholeError `unsupported-media-type`, `body-too-long`, or `bad-request` for what
 * is not UTF-8.
 */
export async function readText(message: IncomingMessage, type: string, longest: number): Promise<string> {
	const given = (message.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
	if (given !== type) {
		throw new PortholeError(
			"unsupported-media-type",
			`The body must be ${type}, not ${given || "without a type"}.`,
		);
	}
	const body = await readBody(message, longest);
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(body);
	} catch (cause) {
		throw new PortholeError("bad-request", "The body is not UTF-8.", { cause });
	}
}
