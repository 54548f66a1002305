import * as v from "valibot";
import { roleSchema } from "./messages.ts";
import { wallTimeSchema } from "./time.ts";

/** Longest that a grant may last, seconds. */
export const MAX_GRANT_SECONDS = 365 * 24 * 3600;
/** How long a grant lasts when nothing is said, seconds. */
export const DEFAULT_GRANT_SECONDS = 24 * 3600;

const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const deviceId = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** 4 to 12 digits. */
export const pinSchema = v.pipe(v.string(), v.regex(/^[0-9]{4,12}$/));

/** What a grant is called: one line, without control characters; trimmed; may be empty. */
export const labelSchema = v.pipe(
	v.string(),
	v.maxLength(200),
	v.transform((label) => label.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "").trim()),
	v.maxLength(60),
);

/** Body of `POST /api/devices/:id/grants`. */
export const grantRequestSchema = v.strictObject({
	role: roleSchema,
	/** Seconds; a day when absent. Never longer than the right of whoever grants. */
	expiresIn: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_GRANT_SECONDS))),
	/** `true` has one made, which the answer tells. */
	pin: v.optional(v.union([v.literal(true), pinSchema])),
	/** How many browsers may open the link. */
	uses: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
	label: v.optional(labelSchema),
});

/** Its answer, 201. The only time that the link and its PIN are told. */
export const grantMadeSchema = v.object({
	id,
	url: v.pipe(v.string(), v.url()),
	pin: v.optional(pinSchema),
	expires: wallTimeSchema,
});

/** A live grant, as its owners see it. */
const grantInfoSchema = v.object({
	id,
	deviceId,
	role: roleSchema,
	label: v.string(),
	created: wallTimeSchema,
	expires: wallTimeSchema,
	/** Has a PIN. */
	pin: v.boolean(),
	/** How many browsers may open the link; any number when absent. */
	uses: v.optional(count),
	/** How many have. */
	used: count,
	/** `used-up`, `closed` (by wrong PINs): opens for nobody new, and those whom it let in may stay. */
	state: v.picklist(["open", "used-up", "closed"]),
	/** Who came by it, newest first. `name` is what they called themselves. */
	visits: v.array(
		v.object({ at: wallTimeSchema, name: v.optional(v.string()), address: v.optional(v.string()) }),
	),
});

/** Answer of `GET /api/grants` and `GET /api/devices/:id/grants`. */
export const grantListSchema = v.object({ grants: v.array(grantInfoSchema) });

/** Body of `POST /api/session`: the owner's token, or a grant with its PIN. */
export const sessionRequestSchema = v.object({
	token: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
	pin: v.optional(v.pipe(v.string(), v.maxLength(64))),
});

/** Its answer: what the cookie is good for. */
export const sessionSchema = v.object({
	role: roleSchema,
	devices: v.union([v.literal("all"), v.array(deviceId)]),
	expires: v.optional(wallTimeSchema),
	label: v.string(),
});

export type GrantRequest = v.InferOutput<typeof grantRequestSchema>;
export type GrantMade = v.InferOutput<typeof grantMadeSchema>;
export type GrantInfo = v.InferOutput<typeof grantInfoSchema>;
export type Session = v.InferOutput<typeof sessionSchema>;
