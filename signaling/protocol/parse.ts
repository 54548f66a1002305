import * as v from "valibot";
import { PortholeError } from "./errors.ts";
import { parseJson } from "./json.ts";
import { MAX_MESSAGE_BYTES } from "./messages.ts";

/** A device in a host's list has the deepest message. */
const MAX_DEPTH = 16;

/**
 * Reads one signaling message. Throws PortholeError as `parseJson` does, or `bad-message` naming the
 * field at fault.
 *
 * @param longest Characters that it may have.
 */
export function parseMessage<TSchema extends v.GenericSchema>(
	schema: TSchema,
	text: string,
	longest = MAX_MESSAGE_BYTES,
): v.InferOutput<TSchema> {
	const value = parseJson(text, { longest, depth: MAX_DEPTH, values: longest / 4 });
	const result = v.safeParse(schema, value, { abortEarly: true });
	if (result.success) return result.output;
	const issue = result.issues[0];
	const where = v.getDotPath(issue) ?? "the message";
	throw new PortholeError(
		"bad-message",
		`A signaling message was refused: ${where}: ${issue.message.slice(0, 200)}`,
	);
}
