import * as v from "valibot";
import { PortholeError } from "../protocol/errors.ts";
import { roleSchema } from "../protocol/messages.ts";
import { type WallTime, wallTimeSchema } from "../protocol/time.ts";
import type { Rights } from "./rights.ts";

/** Wrong PINs after which a grant opens for nobody new. */
export const MAX_WRONG_PINS = 10;
/** Visits remembered of one grant; the oldest is forgotten. */
export const MAX_VISITS = 10;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A grant as the book keeps it. Holds neither the link's token nor its PIN. */
export const grantSchema = v.object({
	/** The first characters of `tokenHash`, so that a token finds its grant without an index. */
	id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)),
	/** See `hashLinkToken`. */
	tokenHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
	deviceId: v.pipe(v.string(), v.maxLength(64)),
	role: roleSchema,
	label: v.pipe(v.string(), v.maxLength(60)),
	/** Grant of whoever made it, or `owner`. It ends when that one is revoked. */
	madeBy: v.pipe(v.string(), v.maxLength(64)),
	created: wallTimeSchema,
	expires: wallTimeSchema,
	/** See `pinDigest`. */
	pin: v.optional(v.string()),
	/** How many browsers may open it; any number when absent. */
	uses: v.optional(count),
	/** How many have. */
	used: count,
	/** Wrong PINs so far. */
	wrongPins: count,
	/** Who came, newest first. */
	visits: v.pipe(
		v.array(
			v.object({
				at: wallTimeSchema,
				name: v.optional(v.pipe(v.string(), v.maxLength(40))),
				address: v.optional(v.pipe(v.string(), v.maxLength(64))),
			}),
		),
		v.maxLength(MAX_VISITS),
	),
	/** Set once it is good for nothing any more. */
	ended: v.optional(v.object({ at: wallTimeSchema, reason: v.picklist(["expired", "revoked"]) })),
});

export type Grant = Readonly<v.InferOutput<typeof grantSchema>>;
export type Visit = Grant["visits"][number];
export type GrantEnd = "expired" | "revoked";
/**
 * `open`: lets in whoever has it. `used-up`, `closed` (by wrong PINs): lets in nobody new; whoever is in may stay, so
 * that a guesser cannot turn out the people who were invited. `expired`, `revoked`: good for nothing.
 */
type GrantState = "open" | "used-up" | "closed" | GrantEnd;

/** What a grant is good for at `now`. */
export function stateOf(grant: Grant, now: WallTime): GrantState {
	if (grant.ended) return grant.ended.reason;
	if (grant.expires <= now) return "expired";
	if (grant.wrongPins >= MAX_WRONG_PINS) return "closed";
	return grant.uses !== undefined && grant.used >= grant.uses ? "used-up" : "open";
}

/** Whether whoever it has let in may stay. */
export function isLive(grant: Grant, now: WallTime): boolean {
	const state = stateOf(grant, now);
	return state !== "expired" && state !== "revoked";
}

export function rightsBy({ id, deviceId, role, label, expires }: Grant): Rights {
	return { role, devices: [deviceId], grantId: id, label, expires };
}

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

/** The refusal of a grant whose time ended at `at`. */
function expired(at: WallTime): PortholeError {
	const when = new Date(at).toISOString().slice(0, 16).replace("T", " ");
	return new PortholeError("expired", `The link expired at ${when} UTC. Ask for a new one.`);
}

/** The refusal of a grant that was revoked, or that the book does not know any more. */
export function revoked(): PortholeError {
	return new PortholeError("revoked", "The link was revoked. Ask whoever shared it for a new one.");
}

/** The refusal of a token that belongs to no grant in the book. */
export function wrongToken(): PortholeError {
	return new PortholeError("wrong-token", "This link is not, or no longer, good here. Ask for a new one.");
}
