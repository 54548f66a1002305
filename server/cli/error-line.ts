import { asSentence, type PortholeError } from "../../signaling/protocol/errors.ts";

/** How a command tells why it fails: in words for people, and with the code for programs. */
export function errorLine({ message, code }: Pick<PortholeError, "message" | "code">): string {
	return `porthole: ${asSentence(message)} (${code})`;
}
