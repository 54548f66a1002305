import { knownCode } from "../../signaling/protocol/error-codes.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";

/** Runs what may throw in the addon, whose errors carry a code and a message for people; they become PortholeErrors. */
export function withNativeErrors<Result>(action: () => Result): Result {
	try {
		return action();
	} catch (cause) {
		const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
		if (cause instanceof PortholeError || !(cause instanceof Error) || typeof code !== "string") throw cause;
		throw new PortholeError(knownCode(code), cause.message, { cause });
	}
}
