import type { ErrorCode } from "./error-codes.ts";

/**
 * Base of every error that Porthole raises on purpose. `code` is stable and meant for programs; `message` tells
 * what was attempted, on what, and what to do about it.
 */
export class PortholeError extends Error {
	/** Stable; what it means is in error-codes.ts. */
	readonly code: ErrorCode;

	constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
		super(message, options);
		this.name = "PortholeError";
		this.code = code;
	}
}

/** The text of whatever was thrown, for logs and messages. */
export function messageOf(thrown: unknown): string {
	return thrown instanceof Error ? thrown.message : String(thrown);
}

/** A text that ends as a sentence does: what others say often has no full stop. */
export function asSentence(text: string): string {
	const trimmed = text.trimEnd();
	return /[.!?…]["')]?$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/**
 * A well-formed request that cannot be granted now. The client is told why; unlike a malformed message it does not count
 * towards ending the connection.
 */
export class Declined extends PortholeError {
	constructor(code: ErrorCode, message: string) {
		super(code, message);
		this.name = "Declined";
	}
}
