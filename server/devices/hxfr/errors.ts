import { PortholeError } from "../../../signaling/protocol/errors.ts";

/**
 * Codes: `hxfr-bad-address` (what was typed), `hxfr-unreachable` (no connection), `hxfr-address-taken` (somebody listens
 * there), `hxfr-bad-message` (the other end does not speak HXFR), `hxfr-lost` (the connection ended), `hxfr-silent` (an
 * answer did not come in time), `hxfr-no-scanout`, `hxfr-refused` (the other end said no) and `hxfr-no-screenshot`.
 */
type HxfrCode =
	| "hxfr-bad-address"
	| "hxfr-unreachable"
	| "hxfr-address-taken"
	| "hxfr-bad-message"
	| "hxfr-lost"
	| "hxfr-silent"
	| "hxfr-no-scanout"
	| "hxfr-refused"
	| "hxfr-no-screenshot";

export function hxfrError(code: HxfrCode, message: string, cause?: unknown): PortholeError {
	return new PortholeError(code, message, cause === undefined ? {} : { cause });
}

/** What the other end sent is not a message of this protocol; `why` completes "…sent a bad message: ". */
export function badMessage(why: string): PortholeError {
	return hxfrError("hxfr-bad-message", `The other end sent a bad message: ${why}.`);
}
