import * as v from "valibot";

const replySchema = v.object({
	ok: v.boolean(),
	error: v.optional(v.pipe(v.string(), v.maxLength(4096))),
});

/**
 * The answer to one gesture: why it was refused, in baguette's words, or an empty text. Undefined when the line is no
 * answer.
 */
export function readReply(line: string): string | undefined {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return undefined;
	}
	const reply = v.safeParse(replySchema, value);
	if (!reply.success) return undefined;
	return reply.output.ok ? "" : (reply.output.error ?? "it does not say why");
}
