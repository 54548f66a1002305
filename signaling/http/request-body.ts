import type { IncomingMessage } from "node:http";
import { PortholeError } from "../protocol/errors.ts";

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
	message.once("error", reject);
	if (Number(message.headers["content-length"]) > longest) refuse();
	return promise;
}
