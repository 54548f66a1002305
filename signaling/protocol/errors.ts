/**
 * Base of every error that Porthole raises on purpose. `code` is stable and meant for programs; `message` tells
 * what was attempted, on what, and what to do about it.
 */
export class PortholeError extends Error {
	/** Stable, kebab-case, unique within the project. */
	readonly code: string;

	constructor(code: string, message: string, options?: { cause?: unknown }) {
		super(message, options);
		this.name = "PortholeError";
		this.code = code;
	}
}

/** The text of whatever was thrown, for logs and messages. */
export function messageOf(thrown: unknown): string {
	return thrown instanceof Error ? thrown.message : String(thrown);
}

/**
 * What a client asked for, in good form, cannot be had now. It is told so; unlike nonsense that does not bring its line
 * nearer to its end.
 */
export class Declined extends PortholeError {
	constructor(code: string, message: string) {
		super(code, message);
		this.name = "Declined";
	}
}
