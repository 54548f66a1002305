import * as v from "valibot";
import { PortholeError } from "./errors.ts";
import { MAX_MESSAGE_BYTES } from "./messages.ts";

/**
 * Reads one signaling message. Throws PortholeError: `message-too-long`, `not-json`, or `bad-message` naming the
 * field at fault.
 *
 * @param longest Characters that it may have.
 */
export function parseMessage<TSchema extends v.GenericSchema>(
	schema: TSchema,
	text: string,
	longest = MAX_MESSAGE_BYTES,
): v.InferOutput<TSchema> {
	if (text.length > longest) {
		throw new PortholeError(
			"message-too-long",
			`A signaling message of ${text.length} characters was refused; ${longest} is the limit.`,
		);
	}
	const result = v.safeParse(schema, jsonOf(text), { abortEarly: true });
	if (result.success) return result.output;
	const issue = result.issues[0];
	const where = v.getDotPath(issue) ?? "the message";
	throw new PortholeError(
		"bad-message",
		`A signaling message was refused: ${where}: ${issue.message.slice(0, 200)}`,
	);
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new PortholeError("not-json", "A signaling message was refused: it is not JSON.", { cause });
	}
}
