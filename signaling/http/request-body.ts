import type { IncomingMessage } from "node:http";
import { asSentence, messageOf, PortholeError } from "../protocol/errors.ts";
import { parseJson } from "../protocol/json.ts";

/** Longest JSON body, bytes. */
const MAX_JSON = 64 * 1024;

/** Reads a JSON body. Throws PortholeError `body-too-long` or `bad-request`. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
	const body = await readBody(request, MAX_JSON);
	try {
		return parseJson(body.toString("utf8"), { longest: MAX_JSON, depth: 8, values: 1_000 });
	} catch (cause) {
		throw new PortholeError("bad-request", `The body cannot be read: ${asSentence(messageOf(cause))}`, {
			cause,
		});
	}
}

/**
 * Reads a whole body. Throws PortholeError `body-too-long`; of a longer body nothing is kept, and the connection stays,
 * so that its sender hears why.
 */
export function readBody(message: IncomingMessage, longest: number): Promise<Buffer> {
	const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
	const chunks: Buffer[] = [];
	let length = 0;
	const refuse = () => {
		chunks.length = 0;
		message.off("data", take);
		// What still comes is read away unseen.
		message.resume();
		reject(new PortholeError("body-too-long", `The body is longer than ${longest} bytes.`));
	};
	const take = (chunk: Buffer) => {
		length += chunk.length;
		if (length > longest) refuse();
		else chunks.push(chunk);
	};
	message.on("data", take);
	message.once("end", () => resolve(Buffer.concat(chunks)));
	message.once("error", (cause) => {
		reject(new PortholeError("request-aborted", "The request ended before its body did.", { cause }));
	});
	if (Number(message.headers["content-length"]) > longest) refuse();
	return promise;
}

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
