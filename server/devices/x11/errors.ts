import { PortholeError } from "../../../signaling/protocol/errors.ts";

/**
 * Runs what may throw in the addon. Its errors carry a code and words for people already, so they only become
 * PortholeErrors: `display-unreachable`, `display-lacks-extension`, `display-unsupported`, `capture-failed`,
 * `input-overloaded`, `text-too-long` and those of the encoders.
 */
export function withNativeErrors<Result>(action: () => Result): Result {
	try {
		return action();
	} catch (cause) {
		const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
		if (cause instanceof PortholeError || !(cause instanceof Error) || typeof code !== "string") throw cause;
		throw new PortholeError(code, cause.message, { cause });
	}
}

/** A program that is not installed, and how to get it on Debian and its relatives. */
export function programMissing(program: string, debianPackage: string): PortholeError {
	return new PortholeError(
		"program-missing",
		`A desktop needs ${program}, which is not installed. Install it with: sudo apt-get install -y ${debianPackage}`,
	);
}

/** A program that would not start or did not do its part; `why` is a whole sentence. */
export function programFailed(program: string, why: string): PortholeError {
	return new PortholeError("program-failed", `${program} could not be used. ${why}`);
}
