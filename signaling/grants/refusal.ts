import { PortholeError } from "../protocol/errors.ts";
import type { Grant, GrantState } from "./grant.ts";

/** Why a grant in this state is refused: PortholeError `expired`, `revoked`, `too-many-tries` or `used-up`. */
export function refusalFor(grant: Grant, state: Exclude<GrantState, "open">): PortholeError {
	switch (state) {
		case "expired":
			return expired(grant.expires);
		case "revoked":
			return revoked();
		case "closed":
			return new PortholeError(
				"too-many-tries",
				"This link was closed after too many wrong PINs. Ask for a new one.",
			);
		case "used-up":
			return new PortholeError("used-up", "This link has been used up. Ask for a new one.");
	}
}

/** The refusal of a grant whose time ended at `at`, ms since the epoch. */
export function expired(at: number, options?: { cause: unknown }): PortholeError {
	const when = new Date(at).toISOString().slice(0, 16).replace("T", " ");
	return new PortholeError("expired", `The link expired at ${when} UTC. Ask for a new one.`, options);
}

/** The refusal of a grant that was revoked, or that the book does not know any more. */
export function revoked(): PortholeError {
	return new PortholeError("revoked", "The link was revoked. Ask whoever shared it for a new one.");
}
